// The list of events: puts what comes on top, as far as it fits the filter. Paused, it counts.
import { refreshRegion } from './live.js';
import { writeTimes } from './time.js';

const KEPT = 100;
const GROUPS = ['message', 'number', 'call', 'form'];

const region = document.getElementById('events');
const controls = document.getElementById('events-live');
const pause = controls?.querySelector('[data-pause]');
const resume = controls?.querySelector('[data-resume]');

let paused = false;
let waiting = [];
let missed = false;

const rows = () => region.querySelector('tbody');
const isShown = item => rows()?.querySelector(`[data-key="${item.eventId}"]`);

function fits({ event, source, numberId, receivedAt, recognized }) {
  const wanted = region.dataset;
  return (!wanted.event || (wanted.event.endsWith('*') ? event.startsWith(wanted.event.slice(0, -1)) : event === wanted.event))
    && (!wanted.source || source === wanted.source)
    && (!wanted.number || numberId === wanted.number)
    && (!wanted.recognized || `${recognized}` === wanted.recognized)
    && (!wanted.since || receivedAt >= wanted.since);
}

function nameOf(numberId) {
  const choice = [...document.querySelectorAll('select[name=numberId] option')].find(option => option.value === numberId);
  return choice?.textContent ?? numberId ?? '–';
}

function rowOf(item) {
  const row = document.getElementById('events-row').content.querySelector('tr').cloneNode(true);
  row.dataset.key = item.eventId;
  row.classList.add('is-new');
  const time = row.querySelector('time');
  time.dateTime = item.receivedAt;
  time.title = item.receivedAt.replace('T', ' ').replace('Z', ' UTC');
  row.querySelector('a').href = `/events/${item.eventId}`;
  row.querySelector('.events-name .mono').textContent = item.event;
  row.querySelector('.events-dot').className = `events-dot ${GROUPS.find(group => item.event.startsWith(group)) ?? ''}`;
  row.querySelector('[data-cell=unrecognized]').hidden = item.recognized;
  row.querySelector('[data-cell=number]').textContent = nameOf(item.numberId);
  row.querySelector('[data-cell=source]').textContent = item.source;
  return row;
}

function put(items) {
  const body = rows();
  if (!body) {
    refreshRegion(region.id);
    return;
  }

  const added = items.filter(item => !isShown(item)).slice(0, KEPT).map(rowOf);
  body.prepend(...added);
  while (body.rows.length > KEPT) {
    body.lastElementChild.remove();
  }
  writeTimes(body);
}

function showState() {
  pause.hidden = paused;
  resume.hidden = !paused;
  resume.lastElementChild.textContent = waiting.length === 0
    ? controls.dataset.resume
    : controls.dataset.show.replace('{0}', `${waiting.length}${missed ? '+' : ''}`);
  // What is paused is not read again either, not even by a reading that has begun.
  region.toggleAttribute('data-live-paused', paused);
}

if (controls) {
  controls.hidden = false;
  document.addEventListener('live:update', ({ detail }) => {
    missed ||= detail.names.includes('*');
    const items = (detail.items ?? []).filter(fits);
    if (paused) {
      waiting = [...items.filter(item => !isShown(item)), ...waiting];
      missed ||= waiting.length > KEPT * 10;
      waiting.length = Math.min(waiting.length, KEPT * 10);
      showState();
    } else if (missed) {
      missed = false;
      refreshRegion(region.id);
    } else if (items.length > 0) {
      put(items);
    }
  });
  pause.addEventListener('click', () => {
    paused = true;
    showState();
    resume.focus();
  });
  resume.addEventListener('click', () => {
    paused = false;
    const items = waiting;
    waiting = [];
    showState();
    if (missed) {
      missed = false;
      refreshRegion(region.id);
    } else {
      put(items);
    }
    pause.focus();
  });
  // Between the page's own reading and the stream's first word, and while it was broken, something may have come.
  document.addEventListener('live:connected', () => {
    if (paused) {
      missed = true;
    } else {
      refreshRegion(region.id);
    }
  });
}
