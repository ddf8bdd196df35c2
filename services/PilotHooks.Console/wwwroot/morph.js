// Makes an element's content equal to another's by changing only what differs, so that focus, scroll, selection and
// opened parts stay. Children are recognised by id or data-key, else by their order.

const keyOf = node => node.nodeType === Node.ELEMENT_NODE ? node.id || node.dataset?.key || null : null;
const isAlike = (one, other) => one.nodeType === other.nodeType && one.nodeName === other.nodeName && keyOf(one) === keyOf(other);

// What the viewer or another module has set since the page came.
const isOurs = (element, name) =>
  name === 'open' && element.matches('details, dialog') ||
  name === 'data-shown' ||
  name === 'hidden' && element.matches('[data-copy], [data-copy-from]') ||
  name === 'value' && element === document.activeElement;

export function morph(from, to) {
  if (from.nodeType !== Node.ELEMENT_NODE) {
    if (from.nodeValue !== to.nodeValue) {
      from.nodeValue = to.nodeValue;
    }
    return;
  }
  // A form's token is another one each time, and the one that is there stays good; a time that is the same is written
  // in the viewer's zone already; a module says itself what is not to be touched.
  if (from.matches('input[name=__RequestVerificationToken], [data-live-keep]')
    || from.matches('time, [data-time]') && sameTime(from, to)) {
    return;
  }

  morphAttributes(from, to);
  morphChildren(from, to);
}

const sameTime = (from, to) => from.getAttribute('datetime') === to.getAttribute('datetime') && from.dataset.time === to.dataset.time;

function morphAttributes(from, to) {
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value && !isOurs(from, name)) {
      from.setAttribute(name, value);
    }
  }
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !isOurs(from, name)) {
      from.removeAttribute(name);
    }
  }
}

function morphChildren(from, to) {
  const keyed = new Map();
  for (const child of from.children) {
    const key = keyOf(child);
    if (key) {
      keyed.set(key, child);
    }
  }

  let place = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const key = keyOf(wanted);
    const known = key ? keyed.get(key) : place && isAlike(place, wanted) ? place : null;
    if (known && isAlike(known, wanted)) {
      if (known === place) {
        place = place.nextSibling;
      } else {
        from.insertBefore(known, place);
      }
      morph(known, wanted);
    } else {
      const added = document.importNode(wanted, true);
      if (key) {
        added.classList?.add('is-new');
      }
      from.insertBefore(added, place);
    }
  }
  while (place) {
    const rest = place.nextSibling;
    place.remove();
    place = rest;
  }
}
