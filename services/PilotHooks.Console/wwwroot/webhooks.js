// Makes the webhook pages smoother: event types that a group includes are marked, a payload opens beside the list, and
// the small forms (test, secret) change only their part of the page, so that what is typed elsewhere stays.
import { morph } from './morph.js';

// Event types

const ALL = '*';
const pickers = () => document.querySelectorAll('[data-webhooks-events]');
const boxes = picker => [...picker.querySelectorAll('input[type=checkbox]')];
const includes = (wide, name) => wide !== name && wide.endsWith(ALL) && name.startsWith(wide.slice(0, -1));

function mark(picker) {
  const all = boxes(picker);
  const chosen = all.filter(box => box.checked);
  for (const box of all) {
    // What "*" means are the providers' events; alerts of our own are asked for by name.
    const included = !box.value.endsWith('.alert') && chosen.some(wide => includes(wide.value, box.value));
    box.closest('label').classList.toggle('is-included', included);
  }
  all[0].setCustomValidity(chosen.length > 0 ? '' : picker.dataset.webhooksEvents);
}

function start(picker) {
  const none = picker.querySelector('[data-webhooks-none]');
  none.hidden = false;
  none.addEventListener('click', () => {
    boxes(picker).forEach(box => { box.checked = false; });
    mark(picker);
  });
  picker.addEventListener('change', () => mark(picker));
  mark(picker);
}

// Parts of the page

async function fetchPage(address, options) {
  const answer = await fetch(address, { ...options, headers: { 'x-live': '1', accept: 'text/html' }, cache: 'no-store' });
  if (answer.status === 401) {
    location.reload();
  }
  if (!answer.ok) {
    throw new Error(`The page answered ${answer.status}.`);
  }
  return { address: answer.redirected ? answer.url : null, page: new DOMParser().parseFromString(await answer.text(), 'text/html') };
}

function replace(id, page) {
  const part = document.getElementById(id);
  const fresh = page.getElementById(id);
  if (part && fresh) {
    morph(part, fresh);
    part.dispatchEvent(new CustomEvent('live:replaced', { bubbles: true }));
  }
}

async function send(form, submitter) {
  const body = new FormData(form, submitter);
  const { address, page } = form.method === 'post'
    ? await fetchPage(location.href, { method: 'POST', body })
    : await fetchPage(location.href);
  if (address) {
    history.replaceState(history.state, '', address);
  }
  form.dataset.webhooksPartial.split(' ').forEach(id => replace(id, page));
}

document.addEventListener('submit', async event => {
  const form = event.target;
  if (!form.matches('[data-webhooks-partial]')) {
    return;
  }

  event.preventDefault();
  event.stopPropagation();
  if (form.hasAttribute('aria-busy')) {
    return;
  }

  form.setAttribute('aria-busy', 'true');
  try {
    await send(form, event.submitter);
  } catch {
    // The whole page says what is wrong.
    HTMLFormElement.prototype.submit.call(form);
  } finally {
    form.removeAttribute('aria-busy');
  }
}, true);

// The payload panel

function withoutPanel() {
  const address = new URL(location.href);
  address.searchParams.delete('delivery');
  address.searchParams.delete('attempt');
  history.replaceState(history.state, '', address);
}

document.addEventListener('click', async event => {
  const link = event.target.closest('[data-webhooks-panel]');
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) {
    return;
  }

  event.preventDefault();
  try {
    const { page } = await fetchPage(link.href);
    history.replaceState(history.state, '', link.href);
    replace('panel', page);
    const panel = document.getElementById('payload');
    if (!panel.matches(':modal')) {
      panel.removeAttribute('open');
      panel.showModal();
    }
  } catch {
    location.assign(link.href);
  }
});

document.addEventListener('close', event => { if (event.target.id === 'payload') { withoutPanel(); } }, true);

pickers().forEach(start);
