import { describe, expect, it } from 'vitest'
import { checkTemplate } from '../../src/http/challenge-template.ts'

const page = (body: string, head = ''): string =>
  `<!doctype html>\n<html lang="{{lang}}" dir="{{dir}}">\n<meta charset="utf-8"><title>{{title}} – Shop</title>${head}\n${body}\n</html>\n`

describe('a page of the operator is taken', () => {
  it.each([
    ['with little', page('<main>{{challenge}}</main>')],
    [
      'with much',
      page(
        '<header><svg viewBox="0 0 1 1" role="img" aria-label="Shop"><path d="M0 0h1v1z"/></svg></header><!-- a comment with <script> -->' +
          '<main class=wide>{{challenge}}</main><p>5 < 6 > 4 &amp; {{request_id}}<br><a href="mailto:help@shop.example">Help</a> <a href=/imprint>Imprint</a>',
        '<style nonce="{{nonce}}">@media(max-width:9em){main > p{color:red}}</style>',
      ),
    ],
    ['with a > in an attribute', page('<p title="a > b">x</p><main>{{challenge}}</main>')],
  ])('%s', (_, text) => expect(checkTemplate(text)).toBeUndefined())
})

describe('a page of the operator is refused', () => {
  it.each([
    ['without the challenge', page('<main></main>'), /\{\{challenge\}\} must stand in the page once/],
    ['with two', page('{{challenge}}{{challenge}}'), /stands there 2 times/],
    ['with an unknown placeholder', page('{{challenge}}{{id}}'), /no placeholder \{\{id\}\}.*request_id/],
    ['with spaces in a placeholder', page('{{challenge}}{{ nonce }}'), /without spaces/],
    ['with the challenge in a comment', page('<!-- {{challenge}} -->'), /between tags of the body/],
    ['with the challenge in a tag', page('<p title="{{challenge}}">'), /between tags of the body/],
    ['with the challenge in a style', page('<style nonce="{{nonce}}">{{challenge}}</style>'), /between tags/],
    ['with the challenge in the title', page('').replace('{{title}}', '{{challenge}}'), /between tags/],
    ['without a doctype', page('{{challenge}}').replace('<!doctype html>', ''), /<!doctype html>/],
    ['without a language', page('{{challenge}}').replace('{{lang}}', 'en'), /lang="\{\{lang\}\}"/],
    ['without a direction', page('{{challenge}}').replace(' dir="{{dir}}"', ''), /dir="\{\{dir\}\}"/],
    ['without a title', page('{{challenge}}').replace(/<title>.*<\/title>/, ''), /title/],
    ['with a script', page('{{challenge}}<script nonce="{{nonce}}">x</script>'), /<script> is not taken/],
    ['with a script in capitals', page('{{challenge}}<SCRIPT src=x>'), /<script> is not taken/],
    ['with a frame', page('{{challenge}}<iframe src="/x"></iframe>'), /<iframe> is not taken/],
    ['with a picture', page('{{challenge}}<img src="/logo.png">'), /inline <svg>/],
    ['with a form', page('{{challenge}}<form></form>'), /<form> is not taken/],
    ['with a base', page('{{challenge}}', '<base href="https://evil.example/">'), /<base> is not taken/],
    ['with a style sheet elsewhere', page('{{challenge}}', '<link rel=stylesheet href=/x.css>'), /<link>/],
    ['with a style without nonce', page('{{challenge}}', '<style>b{}</style>'), /nonce="\{\{nonce\}\}"/],
    ['with a handler', page('<p onclick="x()">{{challenge}}'), /onclick in <p>/],
    ['with a handler in a drawing', page('{{challenge}}<svg/onload=x()>'), /onload in <svg>/],
    ['with style attributes', page('<p style="color:red">{{challenge}}'), /ignored by browsers/],
    ['with a refresh', page('{{challenge}}', '<meta http-equiv=refresh content=1>'), /http-equiv/],
    ['with a link that runs', page('{{challenge}}<a href="java\tscript:x()">'), /href in <a> must be/],
    [
      'with a link that runs, in a drawing',
      page('{{challenge}}<svg><a xlink:href="javascript:x">'),
      /must be/,
    ],
    ['with an action', page('{{challenge}}<button formaction=/x>'), /formaction/],
    ['with an open tag', page('{{challenge}}<p title="x'), /not closed/],
    ['with an open comment', page('{{challenge}}<!-- x'), /does not end/],
    ['of more than 64 KB', page(`{{challenge}}${'é'.repeat(33_000)}`), /at most 65536/],
  ])('%s', (_, text, problem) => expect(checkTemplate(text)).toMatch(problem))
})
