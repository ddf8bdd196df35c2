// Dates and times to choose by: typed in the viewer's zone, sent in UTC.
const shown = new WeakSet();

// Written like the input's own value, in this browser's zone.
function local(at) {
  const two = number => String(number).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

function show(root) {
  for (const input of root.querySelectorAll('input[data-moment]')) {
    if (input.value && !shown.has(input)) {
      input.value = local(new Date(`${input.value}Z`));
    }
    shown.add(input);
  }
}

document.addEventListener('formdata', event => {
  for (const input of event.target.querySelectorAll('input[data-moment]')) {
    if (input.value) {
      event.formData.set(input.name, new Date(input.value).toISOString().replace(':00.000', ''));
    }
  }
  // An address without what was left empty.
  if (event.target.matches('form.filters')) {
    [...event.formData].forEach(([name, value]) => { if (value === '') { event.formData.delete(name); } });
  }
});

show(document);
