// A form that is on its way is not sent again, and a filter that is chosen from a list is applied at once.
document.addEventListener('submit', event => {
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }

  if (form.method === 'post') {
    form.dataset.sent = '1';
    form.setAttribute('aria-busy', 'true');
  }
});

document.addEventListener('change', event => {
  if (event.target.matches('form.filters select')) {
    event.target.form.requestSubmit();
  }
});

// The browser's "back" shows the page as it was left.
window.addEventListener('pageshow', () => document.querySelectorAll('form[data-sent]').forEach(form => {
  delete form.dataset.sent;
  form.removeAttribute('aria-busy');
}));
