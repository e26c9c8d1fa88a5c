// Places of an older form: drawn, moved and resized by mouse, finger and keyboard; the numbers follow and lead.
import { Past } from './older-forms-past.js';
import { Zoom } from './older-forms-zoom.js';

const SVG = 'http://www.w3.org/2000/svg';
const KEYS = ['x', 'y', 'width', 'height'];
const STEP = 0.5, SMALLEST = 2, FINGER = 46;
const HINTS = {
  draw: '用紙の上を斜めになぞると、わくができます。2本の指で広げると拡大します。',
  move: 'わくを選ぶと、引いて動かせます。右下の丸で大きさを変えます。矢印キーでは0.5mmずつ（Shiftで大きさ）。',
};

const desk = document.querySelector('[data-older]');
const svg = desk?.querySelector('[data-svg]');
const list = desk?.querySelector('[data-list]');
const fresh = document.querySelector('[data-fresh]');
const tools = desk?.querySelector('[data-tools]');
const sheet = svg ? { width: svg.viewBox.baseVal.width, height: svg.viewBox.baseVal.height } : null;
const places = new Map();
let made = 0, drag = null, unsaved = false, past = null, chosen = null;

const rounded = (value) => Math.round(value * 10) / 10;
const drawing = () => desk.classList.contains('older-drawing');
const make = (name, cls) => {
  const one = document.createElementNS(SVG, name);
  one.setAttribute('class', cls);
  return one;
};
// One handle, above all places, at the corner of the chosen one; its hidden circle is as large as a finger.
const top = { group: make('g', 'older-top'), handle: make('circle', 'older-handle'), grip: make('circle', 'older-grip') };
const input = (zone, key) => zone.querySelector(`[name="${key}"]`);
const boxOf = (zone) => Object.fromEntries(KEYS.map((key) => [key, Number(input(zone, key).value) || 0]));

function setBox(zone, box) {
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
  const { group, rect, label, cells } = places.get(zone), box = boxOf(zone);
  for (const key of KEYS) rect.setAttribute(key, Math.max(box[key], 0));
  if (zone === chosen) handleAt(box);
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
  const told = place.value ? place.selectedOptions[0].dataset.label : input(zone, 'name').value || '名前のない欄';
  group.setAttribute('aria-label', `${number}番 ${told}`);
  zone.querySelector('[data-own]').hidden = Boolean(place.value);
  zone.querySelector('[data-cells]').hidden = input(zone, 'shape').value !== 'cells';
}

function handleAt(box) {
  for (const one of [top.handle, top.grip]) {
    one.setAttribute('cx', box.x + box.width);
    one.setAttribute('cy', box.y + box.height);
  }
}

function drawAll() {
  const taken = new Set([...list.children].map((zone) => input(zone, 'place').value).filter(Boolean));
  for (const zone of list.children) {
    draw(zone);
    for (const option of input(zone, 'place').options) {
      const used = !option.selected && taken.has(option.value);
      option.disabled = used;
      if (option.dataset.label) option.text = used ? `${option.dataset.label}（置きずみ）` : option.dataset.label;
    }
  }
  desk.querySelector('[data-count]').textContent = `${list.children.length}個`;
  tools.querySelector('[data-undo]').disabled = !past?.any;
}

/* What has been done can be undone from here on. */
function done() {
  unsaved = true;
  past.keep();
  drawAll();
}

function choose(zone, away = false) {
  for (const [other, { group }] of places) {
    other.classList.toggle('older-chosen', other === zone);
    group.classList.toggle('older-chosen', other === zone);
  }
  chosen = zone;
  top.group.toggleAttribute('hidden', !zone);
  if (zone) handleAt(boxOf(zone));
  if (zone && away && getComputedStyle(zone).position !== 'fixed') zone.scrollIntoView({ block: 'nearest' });
}

function point(event) {
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return { x: at.x, y: at.y };
}

function attach(zone) {
  const group = make('g', 'older-place'), rect = make('rect', 'older-rect');
  const label = make('text', ''), cells = make('g', '');
  group.setAttribute('tabindex', '0');
  group.setAttribute('role', 'button');
  group.append(rect, cells, label);
  svg.insertBefore(group, top.group);
  places.set(zone, { group, rect, label, cells });
  rect.addEventListener('pointerdown', (event) => begin(event, zone, 'move'));
  rect.addEventListener('pointerup', () => drag || drawing() || take(zone));
  group.addEventListener('focus', () => choose(zone, true));
  group.addEventListener('keydown', (event) => byKey(event, zone));
  zone.addEventListener('focusin', () => choose(zone));
  zone.addEventListener('input', () => draw(zone));
  zone.addEventListener('change', (event) => {
    if (event.target.name === 'place') suit(zone);
    done();
  });
  zone.querySelector('[data-close]')?.addEventListener('click', () => choose(null));
  zone.querySelector('[data-remove]')?.addEventListener('click', (event) => {
    event.preventDefault();
    remove(zone);
  });
}

function take(zone) {
  choose(zone, true);
  places.get(zone).group.focus({ preventScroll: true });
}

/* One word of a choice is marked, everything else is written: no other way fits. */
function suit(zone) {
  const marked = 'option' in input(zone, 'place').selectedOptions[0].dataset, shape = input(zone, 'shape');
  if (marked !== ['check', 'circle'].includes(shape.value)) shape.value = marked ? 'check' : 'line';
}

function begin(event, zone, kind) {
  if (drawing() && kind !== 'size') return;
  // A finger on a place not yet chosen may be about to scroll: lifted, it chooses.
  if (event.pointerType === 'touch' && zone !== chosen) return;
  event.preventDefault();
  event.stopPropagation();
  take(zone);
  hold(event, { zone, kind, from: point(event), box: boxOf(zone) });
}

function hold(event, held) {
  if (drag) return give();
  drag = { ...held, pointer: event.pointerId };
  svg.setPointerCapture(event.pointerId);
}

/* A second finger, or the browser taking the gesture over: what was begun is as if it had not been. */
function give() {
  if (!drag) return;
  const { kind, zone, box } = drag;
  drag = null;
  if (kind === 'draw' && zone) drop(zone);
  else if (zone) setBox(zone, box);
  drawAll();
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
    done();
  } else if (event.key === 'Delete') {
    event.preventDefault();
    remove(zone);
  } else if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    input(zone, 'place').focus();
  }
}

function blank() {
  const zone = fresh.content.firstElementChild.cloneNode(true), id = `n${++made}`;
  for (const one of zone.querySelectorAll('[id]')) one.id = one.id.replace('new', id);
  for (const one of zone.querySelectorAll('[for]')) one.htmlFor = one.htmlFor.replace('new', id);
  list.append(zone);
  attach(zone);
  return zone;
}

function add(box) {
  const zone = blank();
  setBox(zone, box);
  drawAll();
  choose(zone, true);
  return zone;
}

function drop(zone) {
  if (zone === chosen) choose(null);
  places.get(zone).group.remove();
  places.delete(zone);
  zone.remove();
}

function remove(zone) {
  const next = zone.nextElementSibling ?? zone.previousElementSibling;
  drop(zone);
  done();
  if (next) take(next);
  else desk.querySelector('[data-add]').focus();
}

function move(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
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

function end(event) {
  if (!drag || event.pointerId !== drag.pointer) return;
  const { kind, zone, box } = drag;
  drag = null;
  if (zone && (!box || KEYS.some((key) => boxOf(zone)[key] !== rounded(box[key])))) done();
  if (kind === 'draw' && zone) {
    choose(zone, true);
    input(zone, 'place').focus({ preventScroll: getComputedStyle(zone).position === 'fixed' });
  }
}

/* The handle is as large as a finger needs it, at any size of the sheet. */
function sized() {
  const scale = svg.getScreenCTM()?.a || 1;
  top.grip.setAttribute('r', FINGER / 2 / scale);
  top.handle.setAttribute('r', 9 / scale);
}

function mode(on) {
  desk.classList.toggle('older-drawing', on);
  tools.querySelector('[data-draw]').setAttribute('aria-pressed', String(on));
  tools.querySelector('[data-hint]').textContent = on ? HINTS.draw : HINTS.move;
  if (on) choose(null);
}

if (desk && tools) {
  tools.hidden = false;
  desk.classList.add('older-live');
  for (const still of svg.querySelectorAll(':scope > rect')) still.remove();
  top.group.append(top.handle, top.grip);
  top.group.setAttribute('hidden', '');
  top.grip.addEventListener('pointerdown', (event) => begin(event, chosen, 'size'));
  svg.append(top.group);
  for (const zone of list.children) attach(zone);
  past = new Past(list, { clear: () => [...list.children].forEach(drop), blank });
  drawAll();
  new Zoom(desk.querySelector('[data-frame]'), svg, tools, sized);
  desk.querySelector('[data-zones]').addEventListener('submit', () => { unsaved = false; });
  window.addEventListener('beforeunload', (event) => {
    if (unsaved) event.preventDefault();
  });
  tools.querySelector('[data-draw]').addEventListener('click', () => mode(!drawing()));
  const undo = () => {
    if (past.back()) choose(null);
    unsaved = true;
    drawAll();
  };
  tools.querySelector('[data-undo]').addEventListener('click', undo);
  desk.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key !== 'z' || event.target.matches('input[type=text]')) return;
    event.preventDefault();
    undo();
  });
  svg.addEventListener('pointerdown', (event) => {
    if (drag) return give();
    if (!drawing()) return;
    event.preventDefault();
    hold(event, { zone: null, kind: 'draw', from: point(event), box: null });
  });
  // A finger that holds a place does not scroll; told here, since the place has only just been chosen.
  svg.addEventListener('touchstart', (event) => {
    if (drag && drag.kind !== 'draw' && event.touches.length === 1) event.preventDefault();
  }, { passive: false });
  svg.addEventListener('pointermove', move);
  svg.addEventListener('pointerup', end);
  svg.addEventListener('pointercancel', give);
  desk.querySelector('[data-add]').addEventListener('click', (event) => {
    event.preventDefault();
    const last = list.lastElementChild;
    const box = last ? boxOf(last) : { x: 20, y: 10, width: 80, height: 10 };
    const zone = add({ ...box, y: box.y + (last ? box.height : 0) });
    done();
    input(zone, 'place').focus();
  });
}
