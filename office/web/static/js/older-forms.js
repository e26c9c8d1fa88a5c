// Places of an older form: drawn, moved and resized by mouse, finger and keyboard; the numbers follow and lead.
const SVG = 'http://www.w3.org/2000/svg';
const KEYS = ['x', 'y', 'width', 'height'];
const STEP = 0.5, SMALLEST = 2;

const desk = document.querySelector('[data-older]');
const svg = desk?.querySelector('[data-svg]');
const list = desk?.querySelector('[data-list]');
const fresh = document.querySelector('[data-fresh]');
const tools = desk?.querySelector('[data-tools]');
const sheet = svg ? { width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height } : null;
const places = new Map();
let made = 0, drag = null, unsaved = false;

const rounded = (value) => Math.round(value * 10) / 10;
const make = (name, cls) => {
  const one = document.createElementNS(SVG, name);
  one.setAttribute('class', cls);
  return one;
};
const input = (zone, key) => zone.querySelector(`[name="${key}"]`);
const boxOf = (zone) => Object.fromEntries(KEYS.map((key) => [key, Number(input(zone, key).value) || 0]));

function setBox(zone, box) {
  unsaved = true;
  const width = Math.min(Math.max(box.width, SMALLEST), sheet.width);
  const height = Math.min(Math.max(box.height, SMALLEST), sheet.height);
  const fitted = {
    width, height,
    x: Math.min(Math.max(box.x, 0), sheet.width - width),
    y: Math.min(Math.max(box.y, 0), sheet.height - height),
  };
  for (const key of KEYS) input(zone, key).value = rounded(fitted[key]);
  draw(zone);
}

function draw(zone) {
  const { group, rect, handle, label, cells } = places.get(zone), box = boxOf(zone);
  for (const key of KEYS) rect.setAttribute(key, Math.max(box[key], 0));
  handle.setAttribute('cx', box.x + box.width);
  handle.setAttribute('cy', box.y + box.height);
  label.setAttribute('x', box.x + 1);
  label.setAttribute('y', box.y + Math.min(box.height, 5));
  const number = [...list.children].indexOf(zone) + 1;
  label.textContent = number;
  zone.querySelector('[data-number]').textContent = number;
  const boxes = input(zone, 'shape').value === 'cells' ? Number(input(zone, 'count').value) || 1 : 1;
  cells.replaceChildren(...Array.from({ length: Math.min(boxes, 40) - 1 }, (_, n) => {
    const line = make('line', 'older-cell'), x = box.x + (box.width * (n + 1)) / boxes;
    line.setAttribute('x1', x); line.setAttribute('x2', x);
    line.setAttribute('y1', box.y); line.setAttribute('y2', box.y + box.height);
    return line;
  }));
  const place = input(zone, 'place');
  const told = place.value ? place.selectedOptions[0].text : input(zone, 'name').value || '名前のない欄';
  group.setAttribute('aria-label', `${number}番 ${told}`);
  zone.querySelector('[data-own]').hidden = Boolean(place.value);
  zone.querySelector('[data-cells]').hidden = input(zone, 'shape').value !== 'cells';
}

function drawAll() {
  for (const zone of list.children) draw(zone);
  desk.querySelector('[data-count]').textContent = `${list.children.length}個`;
}

function choose(zone, away = false) {
  for (const [other, { group }] of places) {
    other.classList.toggle('older-chosen', other === zone);
    group.classList.toggle('older-chosen', other === zone);
  }
  if (away) zone.scrollIntoView({ block: 'nearest' });
}

function point(event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return { x: at.x, y: at.y };
}

function attach(zone) {
  const group = make('g', 'older-place'), rect = make('rect', 'older-rect');
  const handle = make('circle', 'older-handle'), label = make('text', ''), cells = make('g', '');
  handle.setAttribute('r', 2.6);
  group.setAttribute('tabindex', '0');
  group.setAttribute('role', 'button');
  group.append(rect, cells, label, handle);
  svg.append(group);
  places.set(zone, { group, rect, handle, label, cells });
  rect.addEventListener('pointerdown', (event) => begin(event, zone, 'move'));
  handle.addEventListener('pointerdown', (event) => begin(event, zone, 'size'));
  group.addEventListener('focus', () => choose(zone, true));
  group.addEventListener('keydown', (event) => byKey(event, zone));
  zone.addEventListener('focusin', () => choose(zone));
  zone.addEventListener('input', () => {
    unsaved = true;
    draw(zone);
  });
  zone.querySelector('[data-remove]')?.addEventListener('click', (event) => {
    event.preventDefault();
    remove(zone);
  });
}

function begin(event, zone, kind) {
  if (desk.classList.contains('older-drawing') && kind !== 'size') return;
  event.preventDefault();
  event.stopPropagation();
  choose(zone, true);
  places.get(zone).group.focus({ preventScroll: true });
  drag = { zone, kind, from: point(event), box: boxOf(zone) };
  svg.setPointerCapture(event.pointerId);
}

function byKey(event, zone) {
  const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  const way = ways[event.key], box = boxOf(zone);
  if (way) {
    event.preventDefault();
    const [dx, dy] = way.map((one) => one * STEP);
    setBox(zone, event.shiftKey
      ? { ...box, width: box.width + dx, height: box.height + dy }
      : { ...box, x: box.x + dx, y: box.y + dy });
  } else if (event.key === 'Delete') {
    event.preventDefault();
    remove(zone);
  } else if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    input(zone, 'place').focus();
  }
}

function add(box) {
  const zone = fresh.content.firstElementChild.cloneNode(true), id = `n${++made}`;
  for (const one of zone.querySelectorAll('[id]')) one.id = one.id.replace('new', id);
  for (const one of zone.querySelectorAll('[for]')) one.htmlFor = one.htmlFor.replace('new', id);
  list.append(zone);
  attach(zone);
  setBox(zone, box);
  drawAll();
  choose(zone, true);
  return zone;
}

function remove(zone) {
  const next = zone.nextElementSibling ?? zone.previousElementSibling;
  places.get(zone).group.remove();
  places.delete(zone);
  zone.remove();
  unsaved = true;
  drawAll();
  (next ? input(next, 'place') : desk.querySelector('[data-add]'))?.focus();
}

function move(event) {
  if (!drag) return;
  const at = point(event), dx = at.x - drag.from.x, dy = at.y - drag.from.y, box = drag.box;
  if (drag.kind === 'move') setBox(drag.zone, { ...box, x: box.x + dx, y: box.y + dy });
  if (drag.kind === 'size') setBox(drag.zone, { ...box, width: box.width + dx, height: box.height + dy });
  if (drag.kind === 'draw') {
    if (!drag.zone && Math.hypot(dx, dy) < SMALLEST) return;
    const drawn = {
      x: Math.min(at.x, drag.from.x), y: Math.min(at.y, drag.from.y), width: Math.abs(dx), height: Math.abs(dy),
    };
    if (!drag.zone) drag.zone = add(drawn);
    setBox(drag.zone, drawn);
  }
}

if (desk && tools) {
  tools.hidden = false;
  const pen = tools.querySelector('[data-draw]');
  for (const still of svg.querySelectorAll(':scope > rect')) still.remove();
  for (const zone of list.children) attach(zone);
  drawAll();
  desk.querySelector('[data-zones]').addEventListener('submit', () => { unsaved = false; });
  window.addEventListener('beforeunload', (event) => {
    if (unsaved) event.preventDefault();
  });
  pen.addEventListener('click', () => {
    const on = desk.classList.toggle('older-drawing');
    pen.setAttribute('aria-pressed', String(on));
  });
  svg.addEventListener('pointerdown', (event) => {
    if (!desk.classList.contains('older-drawing')) return;
    event.preventDefault();
    drag = { zone: null, kind: 'draw', from: point(event), box: null };
    svg.setPointerCapture(event.pointerId);
  });
  svg.addEventListener('pointermove', move);
  const end = () => {
    if (drag?.kind === 'draw' && drag.zone) input(drag.zone, 'place').focus();
    drag = null;
  };
  svg.addEventListener('pointerup', end);
  svg.addEventListener('pointercancel', end);
  desk.querySelector('[data-add]').addEventListener('click', (event) => {
    event.preventDefault();
    const last = list.lastElementChild;
    const box = last ? boxOf(last) : { x: 20, y: 10, width: 80, height: 10 };
    input(add({ ...box, y: box.y + (last ? box.height : 0) }), 'place').focus();
  });
}
