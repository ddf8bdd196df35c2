// Writes times in the viewer's zone and language; the server writes them in UTC, which stays on hover.
const language = document.documentElement.lang || 'en';
const formats = {
  datetime: new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }),
  date: new Intl.DateTimeFormat(language, { dateStyle: 'medium' }),
  time: new Intl.DateTimeFormat(language, { timeStyle: 'medium' }),
  minute: new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit' }),
  exact: new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 }),
};
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
const steps = [['day', 86_400], ['hour', 3_600], ['minute', 60]];

function ago(at) {
  const seconds = Math.round((at - Date.now()) / 1000);
  const [unit, length] = steps.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return relative.format(Math.trunc(seconds / length), unit);
}

function write(element) {
  const at = new Date(element.dateTime ?? element.dataset.time);
  if (!Number.isNaN(at.getTime())) {
    const format = element.dataset.format;
    const text = format === 'relative' ? ago(at) : (formats[format] ?? formats.datetime).format(at);
    if (element.textContent !== text) {
      element.textContent = text;
    }
  }
}

/** Writes all times in an element. */
export function writeTimes(root) {
  root.querySelectorAll('time[datetime], [data-time]').forEach(write);
}

writeTimes(document);
document.addEventListener('live:replaced', event => writeTimes(event.target));
setInterval(() => document.querySelectorAll('time[data-format=relative]').forEach(write), 10_000);
