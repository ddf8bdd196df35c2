// Opens the browser's own dialogs: <a data-opens="id" href="?dialog=id">, where the address is the way without script.
function open(dialog) {
  if (!dialog.matches(':modal')) {
    // Open as a part of the page: it came so, for who has no script.
    dialog.removeAttribute('open');
    dialog.showModal();
  }
}

function withoutDialog() {
  const address = new URL(location.href);
  if (address.searchParams.has('dialog')) {
    address.searchParams.delete('dialog');
    history.replaceState(history.state, '', address);
  }
}

document.addEventListener('click', event => {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey) {
    return;
  }

  const opener = event.target.closest('[data-opens]');
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog) {
    event.preventDefault();
    open(dialog);
    return;
  }

  const closer = event.target.closest('[data-closes]');
  const opened = closer?.closest('dialog');
  if (opened?.open) {
    event.preventDefault();
    opened.close();
  } else if (event.target.matches('dialog:modal') && isBeside(event.target, event)) {
    event.target.close();
  }
});

// The backdrop belongs to the dialog's element.
function isBeside(dialog, { clientX, clientY }) {
  const box = dialog.getBoundingClientRect();
  return clientX < box.left || clientX > box.right || clientY < box.top || clientY > box.bottom;
}

// Closed by a button, by Escape or beside it: a reload does not open it again. The event does not bubble.
document.addEventListener('close', event => { if (event.target.matches('dialog')) { withoutDialog(); } }, true);
document.querySelectorAll('dialog[open]').forEach(open);
