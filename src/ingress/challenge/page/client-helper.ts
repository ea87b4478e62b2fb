/**
 * `GET /.sallyport/challenge.js`: a module for pages that call interfaces with `fetch`. A challenged call opens the
 * challenge in a dialog and is made again once it is solved.
 * @module
 */
import type { Answer } from '../../../http/problem.ts'
import { CHALLENGE_PATH } from '../offer.ts'
import { CLEARED_MESSAGE } from './page-script.ts'

export const HELPER_PATH = '/.sallyport/challenge.js'

/** Seconds that browsers and caches keep the module. */
const MAX_AGE = 3600

/**
 * Calls that are challenged at the same time share one dialog. Who closes the dialog gets the first answer. Only an
 * answer of this origin can open it, and only a page of ours, whatever the document says.
 */
const SOURCE = `let open;
const ask = (url) => open ??= new Promise((resolve) => {
  const dialog = document.createElement('dialog'), frame = document.createElement('iframe');
  const end = (cleared) => { removeEventListener('message', hear); dialog.remove(); open = undefined; resolve(cleared); };
  const hear = (event) => {
    if (event.source === frame.contentWindow && event.origin === location.origin && event.data === '${CLEARED_MESSAGE}') end(true);
  };
  addEventListener('message', hear);
  dialog.addEventListener('close', () => end(false));
  const close = document.createElement('button');
  close.type = 'button'; close.textContent = '\\u00d7'; close.ariaLabel = 'Close';
  close.onclick = () => dialog.close();
  frame.title = dialog.ariaLabel = 'Challenge';
  frame.src = url;
  frame.style.cssText = 'display:block;border:0;width:min(36rem,85vw);height:min(30rem,70vh)';
  dialog.append(close, frame);
  document.body.append(dialog);
  dialog.showModal();
});
export async function sallyportFetch(input, init) {
  const request = new Request(input, init), again = request.clone();
  const answer = await fetch(request);
  if (answer.headers.get('sallyport-mitigated') !== 'challenge') return answer;
  const target = await answer.clone().json().then((problem) => new URL(problem.challenge_url, location.href), () => undefined);
  if (target?.origin !== location.origin || target.pathname !== '${CHALLENGE_PATH}') return answer;
  return await ask(target.href) ? fetch(again) : answer;
}
`

export function helperAnswer(requestId: string): Answer {
  return {
    status: 200,
    headers: {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': `public, max-age=${MAX_AGE}`,
      'x-content-type-options': 'nosniff',
      'sallyport-request-id': requestId,
    },
    body: SOURCE,
  }
}
