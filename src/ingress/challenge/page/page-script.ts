/**
 * The script of the challenge page, as text.
 * @module
 */
import { CHALLENGE_PATH, PUZZLES, SOLUTION_FIELDS, WIDGET_ACTION } from '../offer.ts'
import { MAKE_SOLVER } from './proof-script.ts'

/** Hashes between two looks at what else there is to do: some milliseconds, on a slow phone a few dozen. */
const CHUNK = 8192
/** The first number that is tried: eight digits, as its solver wants. */
const FIRST = 10_000_000
/** Goings-on within a minute before the page gives up: cookies are off, or something is wrong. */
const MAX_LOOPS = 3
/** Milliseconds after which a new challenge is asked for: tokens live for five minutes. */
const STALE = 270_000
/** Milliseconds that a tab waits for another one of this site that is at it. */
const PATIENCE = 3000

/** What the page tells its parent when it is in a frame of the site's own. */
export const CLEARED_MESSAGE = 'sallyport-cleared'

/**
 * Reads what to do from the `data-` fields of the page, so that it is the same text for everybody: `offers` is a list
 * of `[method, token, bits or sitekey]`; `end` is `reload`, `return` (to `data-return`), `resend` (the content
 * in the form, to `data-return`) or `tell` (the page around this one).
 *
 * Fields that a site names `append` or `submit` hide the form's own: they are added last, and all at once.
 *
 * One tab solves at a time (Web Locks), and tells the others (BroadcastChannel): they go on without a solution.
 */
export const PAGE_SCRIPT: string = `'use strict';
(() => {
const makeSolver = ${MAKE_SOLVER};
const find = (id) => document.getElementById('sallyport-' + id);
const bar = find('progress'), form = find('form'), data = document.currentScript.dataset, nonce = document.currentScript.nonce;
const lane = [], stop = () => { for (const end of lane.splice(0)) end(); };
let over = false;
const say = (text) => { find('status').textContent = text; };
const show = (id, is) => { find(id).hidden = !is; };
const fail = (text) => { over = true; stop(); say(text || data.failed); show('progress'); show('manual', !text && form.querySelector('button')); show('retry', 1); };
const isLoop = () => {
  try {
    const now = Date.now(), key = 'sallyport-challenge';
    const recent = JSON.parse(sessionStorage.getItem(key) || '[]').filter((at) => now - at < 60000);
    recent.push(now);
    sessionStorage.setItem(key, JSON.stringify(recent.slice(-9)));
    return recent.length > ${MAX_LOOPS};
  } catch { return true; }
};
const back = () => location.replace(data.return);
const submit = (it) => HTMLFormElement.prototype.submit.call(it);
const resend = () => {
  const all = document.createDocumentFragment(), sent = document.createElement('form');
  for (const [name, value] of new URLSearchParams(form.elements.${SOLUTION_FIELDS.body}.value)) {
    const field = document.createElement('input');
    field.type = 'hidden'; field.name = name; field.value = value;
    all.append(field);
  }
  sent.method = 'post'; sent.action = data.return; sent.hidden = true;
  document.body.append(sent);
  sent.append(all);
  submit(sent);
};
const go = () => {
  if (over) return;
  over = true; stop();
  if (data.end === 'tell' && parent !== self) { say(data.done); return parent.postMessage('${CLEARED_MESSAGE}', location.origin); }
  if (isLoop()) return fail(data.cookies);
  say(data.done);
  if (data.end === 'resend') resend(); else if (data.end === 'reload') location.reload(); else back();
};
const afresh = () => { if (data.end === 'resend') submit(form); else if (data.end === 'return') back(); else location.reload(); };
const again = () => { if (isLoop()) fail(); else { over = true; stop(); afresh(); } };
const send = async (token, name, value) => {
  const answer = await fetch('${CHALLENGE_PATH}', {
    method: 'POST', body: new URLSearchParams({ ${SOLUTION_FIELDS.token}: token, ${SOLUTION_FIELDS.returnTo}: data.return, [name]: value }),
  });
  if (over) return;
  if (!answer.ok) return again();
  if (channel) channel.postMessage(Number(data.level));
  go();
};
const workers = (count) => {
  const url = URL.createObjectURL(new Blob(['const solve=(' + makeSolver + ')();onmessage=({data})=>postMessage(solve(...data))'], { type: 'text/javascript' }));
  return Array.from({ length: count }, () => {
    const worker = new Worker(url);
    lane.push(() => worker.terminate());
    return (...task) => new Promise((resolve, reject) => {
      worker.onmessage = (event) => resolve(event.data); worker.onerror = reject; worker.postMessage(task);
    });
  });
};
const inPage = () => { const solve = makeSolver(); return (...task) => new Promise((resolve) => setTimeout(() => resolve(solve(...task)), 0)); };
const prove = (token, bits) => new Promise((resolve) => {
  const found = [], next = [], busy = [];
  for (let i = 0; i < ${PUZZLES}; i++) { found[i] = -1; next[i] = ${FIRST}; busy[i] = 0; }
  let left = ${PUZZLES};
  const run = async (ask) => {
    while (left && !over) {
      let i = -1;
      for (let k = 0; k < ${PUZZLES}; k++) if (found[k] < 0 && (i < 0 || busy[k] < busy[i])) i = k;
      busy[i]++;
      const from = next[i];
      next[i] += ${CHUNK};
      const n = await ask(token + ':' + i + ':', bits, from, ${CHUNK});
      busy[i]--;
      if (n < 0 || found[i] >= 0) continue;
      found[i] = n;
      bar.value = ${PUZZLES} - --left;
      if (!left) resolve(found.join('.'));
    }
  };
  let asks = [];
  try { asks = workers(Math.min(navigator.hardwareConcurrency || 1, 4)); } catch {}
  Promise.allSettled(asks.map(run)).then(() => { if (left && !over) run(inPage()); });
});
const widget = (kind, token, sitekey) => new Promise((resolve, reject) => {
  say(data.widget);
  window.sallyportWidget = () => {
    const options = { sitekey, callback: resolve, 'error-callback': reject, 'expired-callback': reject };
    if (kind === 'turnstile') Object.assign(options, { action: '${WIDGET_ACTION}', cData: token, language: document.documentElement.lang });
    window[kind].render(find('widget'), options);
  };
  const script = document.createElement('script');
  script.nonce = nonce; script.src = data.service; script.onerror = reject;
  document.head.append(script);
});
const climb = async () => {
  for (const [method, token, how] of JSON.parse(data.offers)) {
    if (over) return;
    try {
      if (method === 'proof') {
        say(data.working); show('progress', 1);
        return await send(token, '${SOLUTION_FIELDS.solution}', await prove(token, how));
      }
      const response = await widget(method, token, how);
      say(data.working);
      return await send(token, '${SOLUTION_FIELDS.response}', response);
    } catch {}
  }
  if (!over) fail();
};
let channel;
try {
  channel = new BroadcastChannel('sallyport');
  channel.onmessage = (event) => { if (event.data >= Number(data.level)) go(); };
} catch {}
let begun = false;
const begin = () => { if (begun || over) return; begun = true; return climb(); };
const start = () => {
  if (navigator.cookieEnabled === false) return fail(data.cookies);
  try {
    navigator.locks.request('sallyport', { signal: AbortSignal.timeout(${PATIENCE}) }, begin).catch(begin);
  } catch { begin(); }
};
addEventListener('pageshow', (event) => { if (event.persisted) back(); });
setTimeout(() => { if (!over) again(); }, ${STALE});
find('again').onclick = afresh;
if (data.offers !== '[]') { show('manual'); start(); }
})();
`
