// The open conversation: new messages and ticks are put in place while what was read further up stays, days are those of
// the viewer's zone, quotes lead to their message, and a reply is sent without leaving the page.
import { morph } from './morph.js';
import { writeTimes } from './time.js';

const AT_BOTTOM = 4;

const language = document.documentElement.lang || 'en';
const dayName = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });
const dayNameWithYear = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric' });
const dayKey = new Intl.DateTimeFormat('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit' });

const thread = document.getElementById('thread');
const list = thread?.querySelector('.messages-bubbles');
const bubblesOf = root => [...root.querySelectorAll('.messages-bubble')];

function dayOf(bubble) {
  return dayKey.format(new Date(bubble.dataset.at));
}

function nameOf(day) {
  const now = new Date();
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (day === dayKey.format(now)) {
    return list.dataset.today;
  }
  if (day === dayKey.format(yesterday)) {
    return list.dataset.yesterday;
  }
  const at = new Date(`${day}T12:00:00`);
  return (at.getFullYear() === now.getFullYear() ? dayName : dayNameWithYear).format(at);
}

function separator(day) {
  const element = document.createElement('li');
  element.className = 'messages-day';
  element.dataset.day = day;
  element.append(document.createElement('span'));
  return element;
}

/** Makes the list these bubbles, in this order, with a line where a day begins. */
function arrange(bubbles) {
  const lines = new Map([...list.querySelectorAll('[data-day]')].map(line => [line.dataset.day, line]));
  const rows = [];
  let last = null;
  for (const bubble of bubbles) {
    const day = dayOf(bubble);
    if (day !== last) {
      const line = lines.get(day) ?? separator(day);
      const name = nameOf(day);
      if (line.firstChild.textContent !== name) {
        line.firstChild.textContent = name;
      }
      rows.push(line);
      last = day;
    }
    rows.push(bubble);
  }

  const wanted = new Set(rows);
  [...list.children].filter(child => !wanted.has(child)).forEach(child => child.remove());
  rows.forEach((row, index) => {
    if (list.children[index] !== row) {
      list.insertBefore(row, list.children[index] ?? null);
    }
  });
}

/**
 * Puts a fresh part of the conversation in place. What lies before or after it stays; what lies within it and is gone
 * goes. Without a message in common there may be others between: then the fresh part is all there is, and this is false.
 */
function merge(fresh) {
  const known = new Map(bubblesOf(list).map(bubble => [bubble.id, bubble]));
  const parts = bubblesOf(fresh);
  if (parts.length === 0) {
    return true;
  }

  const meets = known.size === 0 || parts.some(part => known.has(part.id));
  const merged = parts.map(part => {
    const here = known.get(part.id);
    if (here) {
      morph(here, part);
      return here;
    }
    const added = document.importNode(part, true);
    added.classList.toggle('is-new', meets);
    return added;
  });
  const ids = new Set(parts.map(part => part.id));
  const others = meets ? [...known.values()].filter(bubble => !ids.has(bubble.id)) : [];
  arrange([
    ...others.filter(bubble => bubble.dataset.at < parts[0].dataset.at),
    ...merged,
    ...others.filter(bubble => bubble.dataset.at > parts.at(-1).dataset.at),
  ]);
  thread.querySelector('.empty')?.remove();
  writeTimes(list);
  return meets;
}

function useLink(id, fresh) {
  const link = document.getElementById(id);
  const next = fresh?.querySelector(`#${id}`);
  if (link && next) {
    link.setAttribute('href', next.getAttribute('href'));
  } else {
    link?.remove();
  }
}

async function read(address, options) {
  const answer = await fetch(address, { headers: { accept: 'text/html' }, cache: 'no-store', ...options });
  if (!answer.ok) {
    throw new Error(`The page answered ${answer.status}.`);
  }
  return { page: new DOMParser().parseFromString(await answer.text(), 'text/html'), address: answer.url };
}

/** Reads the page behind a link and adds its messages at the top or at the bottom; what is looked at stays in place. */
async function extend(link) {
  link.setAttribute('aria-busy', 'true');
  try {
    const { page } = await read(link.href);
    const fresh = page.getElementById('thread');
    const edge = bubblesOf(list).at(link.id === 'earlier' ? 0 : -1);
    const top = edge?.getBoundingClientRect().top ?? 0;
    const known = new Set(bubblesOf(list).map(bubble => bubble.id));
    const added = bubblesOf(fresh).filter(bubble => !known.has(bubble.id)).map(bubble => document.importNode(bubble, true));
    arrange(link.id === 'earlier' ? [...added, ...bubblesOf(list)] : [...bubblesOf(list), ...added]);
    writeTimes(list);
    useLink(link.id, fresh);
    if (link.id === 'later' && !document.getElementById('later')) {
      // The end is reached: from here on it is the conversation as it goes on.
      history.replaceState(history.state, '', document.getElementById('latest').href);
      document.getElementById('latest').parentElement.remove();
    }
    if (edge) {
      thread.scrollTop += edge.getBoundingClientRect().top - top;
    }
    added.at(link.id === 'earlier' ? -1 : 0)?.querySelector('a')?.focus({ preventScroll: true });
  } catch {
    location.assign(link.href);
  }
}

function follow(event) {
  const link = event.target.closest('a');
  if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) {
    return;
  }

  if (link.id === 'earlier' || link.id === 'later') {
    event.preventDefault();
    if (!link.hasAttribute('aria-busy')) {
      extend(link);
    }
    return;
  }

  const quoted = link.dataset.quotes && document.getElementById(link.dataset.quotes);
  if (quoted) {
    event.preventDefault();
    quoted.scrollIntoView({ block: 'center' });
    quoted.classList.remove('is-shown');
    void quoted.offsetWidth;
    quoted.classList.add('is-shown');
  }
}

/** Sends the reply and shows what the page says of it: the message in its place, or why not with the text still there. */
async function send(form) {
  const body = new FormData(form);
  form.setAttribute('aria-busy', 'true');
  try {
    const { page, address } = await read(form.action || location.href, { method: 'POST', body });
    const next = page.getElementById('reply');
    const fresh = page.getElementById('thread');
    if (!next || !fresh) {
      throw new Error('The answer is another page.');
    }

    const sent = !next.querySelector('.notice');
    const now = document.importNode(next, true);
    form.replaceWith(now);
    prepare(now);
    if (sent) {
      if (!merge(fresh)) {
        useLink('earlier', fresh);
      }
      if (location.href !== address) {
        history.replaceState(history.state, '', address);
      }
      document.getElementById('latest')?.parentElement.remove();
      thread.scrollTop = thread.scrollHeight;
    }
    now.querySelector('textarea').focus();
  } catch {
    // As without script. The form's key sees to it that this sends once.
    form.submit();
  }
}

function prepare(form) {
  const text = form.querySelector('[data-sends]');
  const byEnter = !matchMedia('(pointer: coarse)').matches;
  form.querySelector('[data-with-keys]').hidden = !byEnter;
  text.addEventListener('keydown', event => {
    if (byEnter && event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      if (text.value.trim() && !form.dataset.sent) {
        form.requestSubmit();
      }
    }
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    if (!form.dataset.sent) {
      send(form);
    }
  });
}

if (thread && list) {
  arrange(bubblesOf(list));
  thread.addEventListener('live:replaced', event => {
    const atBottom = Math.abs(thread.scrollTop) <= AT_BOTTOM;
    if (!merge(event.detail)) {
      useLink('earlier', event.detail);
    }
    if (atBottom) {
      thread.scrollTop = 0;
    }
  });
  thread.addEventListener('click', follow);
}

const form = document.getElementById('reply');
if (form && thread) {
  prepare(form);
}
