// Buttons that copy a text, or the text of another element. They are hidden where they could not work.
const buttons = root => root.querySelectorAll('[data-copy], [data-copy-from]');
const SAID_FOR = 1500;

function show(root) {
  if (navigator.clipboard) {
    buttons(root).forEach(button => { button.hidden = false; });
  }
}

document.addEventListener('click', async event => {
  const button = event.target.closest('[data-copy], [data-copy-from]');
  if (!button) {
    return;
  }

  const from = button.dataset.copyFrom;
  await navigator.clipboard.writeText(from ? document.getElementById(from).textContent : button.dataset.copy);
  const label = button.getAttribute('aria-label');
  button.classList.add('is-done');
  button.setAttribute('aria-label', button.dataset.done);
  setTimeout(() => {
    button.classList.remove('is-done');
    button.setAttribute('aria-label', label);
  }, SAID_FOR);
});

show(document);
document.addEventListener('live:replaced', event => show(event.target));
