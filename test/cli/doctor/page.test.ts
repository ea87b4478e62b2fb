import { expect, test } from 'vitest'
import { GROUPS } from '../../../src/cli/doctor/battery-case.ts'
import { doctorCommand } from '../../../src/cli/origin/doctor.ts'
import { readPage, readTable } from '../../docs/page.ts'

const page = readPage('doctor.md')

test('the page has every group and no other', () => {
  const cells = readTable(page, '## Groups').map(([cell = '']) => cell.replaceAll('`', ''))
  expect(cells.sort()).toEqual(Object.keys(GROUPS).sort())
})

test('the page has every option and no other', () => {
  const cells = readTable(page, '## Options').map(([cell = '']) => /^`(--[a-z]+)/.exec(cell)?.[1])
  const options = doctorCommand().options.map(({ long }) => long)
  expect(cells.sort()).toEqual(options.sort())
})
