// What the places of an older form were before each change, so that it can be taken back.
const NAMES = ['place', 'name', 'shape', 'count', 'x', 'y', 'width', 'height'];
const MOST = 100;

export class Past {
  /* `clear` takes every place away, `blank` makes an empty one and gives it. */
  constructor(list, { clear, blank }) {
    Object.assign(this, { list, clear, blank });
    this.states = [this.now()];
  }

  get any() {
    return this.states.length > 1;
  }

  now() {
    return JSON.stringify([...this.list.children].map(
      (zone) => NAMES.map((name) => zone.querySelector(`[name="${name}"]`).value),
    ));
  }

  keep() {
    const now = this.now();
    if (now !== this.states.at(-1)) this.states = [...this.states, now].slice(-MOST);
  }

  back() {
    if (!this.any) return false;
    this.states.pop();
    this.clear();
    for (const values of JSON.parse(this.states.at(-1))) {
      const zone = this.blank();
      NAMES.forEach((name, at) => { zone.querySelector(`[name="${name}"]`).value = values[at]; });
    }
    return true;
  }
}
