import { expect, test } from 'vitest';
import { coverageOf } from './coverage.ts';

const card = (product: string, ...platforms: string[]) => ({ product, platforms }) as never;
const team = (products: string[], platforms: string[]) => ({ site: 'X', people: [], products, platforms });

test('a product and platform without a team, and a team without products, are named', () => {
  const teams = { lip: team(['voms'], ['al9/x86_64']), cesga: team(['gone'], ['al9/x86_64']), idle: team([], []) };
  expect(coverageOf([card('voms', 'al9/x86_64', 'debian-12/amd64'), card('bdii', 'al9/x86_64')], { teams })).toEqual({
    products: 2,
    covered: 1 / 3,
    uncovered: [
      { product: 'bdii', platform: 'al9/x86_64' },
      { product: 'voms', platform: 'debian-12/amd64' },
    ],
    teamsWithout: ['cesga', 'idle'],
    teams: { 'bdii al9/x86_64': [], 'voms al9/x86_64': ['lip'], 'voms debian-12/amd64': [] },
  });
});
