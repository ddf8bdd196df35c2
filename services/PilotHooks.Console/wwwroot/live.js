// Keeps regions of the page up to date: <section id="numbers" data-live="number."> is read again from the page's own
// address when an event with such a name happened, data-live-every="5000" every so many milliseconds. What is typed,
// opened, focused and scrolled stays.
import { morph } from './morph.js';

// Milliseconds. An event shows at once; while they pour in, a page that is slow to read rests as long as that took.
const REFRESH_GAP = 300;
const RETRY_AFTER = 1000;
// The archive may know of an event a moment before the service that the page reads has merged it: look again.
const LOOK_AGAIN_AFTER = [400, 1600];
const SILENT_AFTER = 40_000;
const REGION = '[data-live]';

const state = document.querySelector('[data-live-state]');
const due = new Set();
const hinted = new Set();
let source = null;
let timer = 0;
let looks = [];
let reading = false;
let lastHeard = 0;
let earliest = 0;
let broken = false;

const regions = () => [...document.querySelectorAll(REGION)].filter(region => region.id);
const topicsOf = region => (region.dataset.live ?? '').split(',').map(topic => topic.trim()).filter(Boolean);
const matches = (topic, name) => name === '*' || topic === '*' || name.startsWith(topic);

// A region in which somebody is at work, or that is paused, is left alone.
function isBusy(region) {
  if (region.dataset.livePaused !== undefined) {
    return true;
  }

  const active = document.activeElement;
  const typing = active && region.contains(active) && active.matches('input:not([type=checkbox], [type=radio], [type=hidden]), textarea, select');
  return typing || region.querySelector('dialog[open]') !== null;
}

function show(live) {
  if (state) {
    const text = live ? state.dataset.liveText : state.dataset.reconnectingText;
    state.hidden = false;
    state.classList.toggle('is-live', live);
    if (state.textContent !== text) {
      state.textContent = text;
    }
  }
}

function connect() {
  const topics = [...new Set(regions().flatMap(topicsOf))];
  const items = document.querySelector('[data-live-items]') !== null;
  if (topics.length === 0 && !items || document.hidden) {
    return;
  }

  const query = new URLSearchParams();
  if (!items && !topics.includes('*')) {
    query.set('topics', topics.join(','));
  }
  if (items) {
    query.set('items', 'true');
  }

  const opened = source = new EventSource(`/live?${query}`);
  lastHeard = Date.now();
  opened.addEventListener('open', () => {
    document.dispatchEvent(new CustomEvent('live:connected'));
    // Something may have happened since the page was read, or while the stream was broken.
    if (broken) {
      broken = false;
      regions().forEach(ask);
    }
    regions().forEach(lookAgain);
  });
  opened.addEventListener('alive', () => { lastHeard = Date.now(); show(true); });
  opened.addEventListener('update', event => {
    lastHeard = Date.now();
    show(true);
    const update = JSON.parse(event.data);
    document.dispatchEvent(new CustomEvent('live:update', { detail: update }));
    for (const region of regions()) {
      if (topicsOf(region).some(topic => update.names.some(name => matches(topic, name)))) {
        ask(region);
        lookAgain(region);
      }
    }
  });
  opened.addEventListener('error', () => {
    broken = true;
    show(false);
    // The browser connects again by itself, but not after an answer such as 401 or 503.
    if (opened.readyState === EventSource.CLOSED && opened === source) {
      disconnect();
      regions().forEach(ask);
      setTimeout(connect, 3000);
    }
  });
}

function disconnect() {
  source?.close();
  source = null;
}

function ask(region) {
  due.add(region.id);
  // What is asked for while the page is read is read after it.
  if (!timer && !reading && !document.hidden) {
    timer = setTimeout(refresh, earliest - Date.now());
  }
}

function lookAgain(region) {
  hinted.add(region.id);
  looks.forEach(clearTimeout);
  looks = LOOK_AGAIN_AFTER.map(after => setTimeout(() => {
    hinted.forEach(refreshRegion);
    if (after === LOOK_AGAIN_AFTER.at(-1)) {
      hinted.clear();
    }
  }, after));
}

async function refresh() {
  timer = 0;
  if (reading || document.hidden) {
    return;
  }

  reading = true;
  const begun = Date.now();
  let gap = REFRESH_GAP;
  const ids = [...due].filter(id => !isBusy(document.getElementById(id) ?? document.body));
  try {
    if (ids.length > 0) {
      ids.forEach(id => due.delete(id));
      await read(ids);
    }
  } catch {
    show(false);
    ids.forEach(id => due.add(id));
    gap = RETRY_AFTER;
  } finally {
    reading = false;
    earliest = begun + Math.max(gap, 2 * (Date.now() - begun));
  }

  if (due.size > 0) {
    timer = setTimeout(refresh, earliest - Date.now());
  }
}

async function read(ids) {
  const answer = await fetch(location.href, { headers: { 'x-live': '1', accept: 'text/html' }, cache: 'no-store' });
  if (answer.status === 401) {
    // Signed out, or the key is gone: the page itself says where to go.
    location.reload();
    return;
  }
  if (!answer.ok) {
    throw new Error(`The page answered ${answer.status}.`);
  }

  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  for (const id of ids) {
    const region = document.getElementById(id);
    const now = fresh.getElementById(id);
    if (!region || !now) {
      continue;
    }
    if (isBusy(region)) {
      // It became so while the page was read.
      due.add(id);
    } else {
      morph(region, now);
      region.dispatchEvent(new CustomEvent('live:replaced', { bubbles: true, detail: now }));
    }
  }
  show(true);
}

/** Reads a region again soon, for modules that changed something. */
export function refreshRegion(id) {
  const region = document.getElementById(id);
  if (region) {
    ask(region);
  }
}

const asked = new Map();
setInterval(() => {
  if (document.hidden) {
    return;
  }

  const now = Date.now();
  for (const region of regions()) {
    const every = Number(region.dataset.liveEvery);
    if (every > 0 && now - (asked.get(region.id) ?? started) >= every) {
      asked.set(region.id, now);
      ask(region);
    }
  }
  if (source && now - lastHeard > SILENT_AFTER) {
    show(false);
    disconnect();
    connect();
  }
}, 500);

// A hidden tab asks for nothing, and takes none of the few connections that a browser has per server.
document.addEventListener('visibilitychange', () => {
  disconnect();
  if (!document.hidden) {
    connect();
    regions().forEach(ask);
  }
});
window.addEventListener('pagehide', disconnect);
window.addEventListener('pageshow', event => { if (event.persisted) { connect(); } });

const started = Date.now();
connect();
