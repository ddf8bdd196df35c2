// A strip is one stop of the Tab key; within it the arrow keys go from bar to bar, and each says what it was.
const steps = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

document.addEventListener('keydown', event => {
  const bar = event.target.closest?.('[data-strip] > *');
  const step = steps[event.key];
  if (!bar || step === undefined || event.altKey || event.ctrlKey || event.metaKey) {
    return;
  }

  const bars = [...bar.parentElement.children];
  const next = bars[Math.min(bars.length - 1, Math.max(0, bars.indexOf(bar) + step))];
  bar.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
  event.preventDefault();
});
