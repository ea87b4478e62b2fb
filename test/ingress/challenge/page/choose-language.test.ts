import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { chooseLanguage, LANGUAGES } from '../../../../src/ingress/challenge/page/choose-language.ts'

const [english] = LANGUAGES

describe('the language', () => {
  it.each<[string | undefined, string]>([
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['de', 'de'],
    ['DE-at', 'de'],
    ['fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5', 'fr'],
    ['xx, de;q=0.5, en;q=0.6', 'en'],
    ['da, nb;q=0.9, sv;q=0.8, nl;q=0.1', 'nl'],
    ['en;q=0.2, ja;q=0.9', 'ja'],
    ['zh-TW, zh;q=0.9', 'zh-Hans'],
    ['zh-Hant-HK', 'zh-Hans'],
    ['pt-BR,pt;q=0.9', 'pt'],
    ['de;q=0, fr;q=0.1', 'fr'],
    ['de;q=2', 'en'],
    ['de;q=1.000;x', 'en'],
    ['de ; q=0.7 , it', 'it'],
    [`${'xx,'.repeat(15)}de`, 'de'],
    [`${'xx,'.repeat(16)}de`, 'en'],
    [`${' '.repeat(600)}de`, 'en'],
  ])('for %j is %s', (field, lang) => expect(chooseLanguage(field).lang).toBe(lang))

  it('is one of ours whatever is sent', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.nat({ max: 0xffff }).map((code) => String.fromCharCode(code)), maxLength: 700 }),
        (field) => {
          expect(LANGUAGES).toContain(chooseLanguage(field))
        },
      ),
    )
  })
})

test('there are at least twelve languages, two of them read from the right', () => {
  const tags = LANGUAGES.map(({ lang }) => lang)
  expect(new Set(tags).size).toBe(tags.length)
  expect(tags.length).toBeGreaterThanOrEqual(12)
  expect(tags).toEqual(expect.arrayContaining('en de fr es pt it nl pl tr ja zh-Hans ar ru uk'.split(' ')))
  expect(LANGUAGES.filter(({ dir }) => dir === 'rtl').map(({ lang }) => lang)).toEqual(['ar', 'he'])
})

describe.each(LANGUAGES.map((texts) => [texts.lang, texts] as const))('%s', (lang, texts) => {
  it('says everything that English says, in its own words', () => {
    expect(Object.keys(texts)).toEqual(Object.keys(english ?? {}))
    for (const [key, text] of Object.entries(texts)) {
      expect(text.trim()).toBe(text)
      expect(text).not.toBe('')
      if (lang !== 'en' && key !== 'dir') expect(text).not.toBe(english?.[key as 'title'])
    }
  })

  it('has the placeholder where it belongs and nowhere else', () => {
    for (const [key, text] of Object.entries(texts))
      expect(text.match(/\{[^}]*\}/g) ?? []).toEqual(key === 'wait' ? ['{seconds}'] : [])
  })

  it('ends sentences, and no labels, with a stop', () => {
    const { lead, failed, cookies, wait, script, kept, lost, resend, title, retry, go, send, home } = texts
    for (const sentence of [lead, failed, cookies, wait, script, kept, lost, resend])
      expect(sentence).toMatch(/[.。]$/)
    for (const label of [title, retry, go, send, home]) expect(label).not.toMatch(/[.。]$/)
  })
})
