import type { ProductName } from './providers.ts';

/** What the providers say of their products; the product cards of the seed say the same. */
export interface ProductFacts {
  readonly name: string;
  readonly description: string;
  readonly purpose: string;
  readonly supportUnit: string;
  readonly capabilities: readonly string[];
  readonly profiles: readonly string[];
  /** systemd units that are started in verification. */
  readonly units: readonly string[];
  /** Early adopter teams, without `ea-`. */
  readonly eaTeams: readonly string[];
}

export const PRODUCT_FACTS: Readonly<Record<ProductName, ProductFacts>> = {
  voms: {
    name: 'VOMS',
    description: 'Virtual Organization Membership Service: signs the attributes of a user into the proxy certificate.',
    purpose: 'Lets a virtual organisation say who its members are and what they may do.',
    supportUnit: 'VOMS',
    capabilities: ['Attribute Authority', 'Client Tools'],
    profiles: ['generic', 'client-tools', 'attribute-authority'],
    units: [],
    eaTeams: ['cesnet', 'infn-cnaf'],
  },
  'fetch-crl': {
    name: 'fetch-crl',
    description: 'Downloads the certificate revocation lists of the installed trust anchors and keeps them fresh.',
    purpose: 'Lets a site refuse certificates that were revoked.',
    supportUnit: 'EUGridPMA',
    capabilities: ['Authentication'],
    profiles: ['generic', 'authentication'],
    units: ['fetch-crl.timer'],
    eaTeams: ['cesnet', 'infn-cnaf'],
  },
  bdii: {
    name: 'BDII',
    description: 'Berkeley Database Information Index: an LDAP server that publishes what a site offers, in GLUE.',
    purpose: 'Lets services and users discover what resources there are.',
    supportUnit: 'Information System Development',
    capabilities: ['Information Discovery', 'Information Model'],
    profiles: ['generic', 'service', 'information-system'],
    units: ['bdii.service'],
    eaTeams: ['cesnet'],
  },
  'igtf-policy-bundle': {
    name: 'IGTF trust anchors',
    description: 'Certificates and signing policies of the accredited certification authorities, by profile.',
    purpose: 'Tells a site which certification authorities are trusted.',
    supportUnit: 'EUGridPMA',
    capabilities: ['Authentication'],
    profiles: ['generic', 'trust-anchors'],
    units: [],
    eaTeams: ['infn-cnaf'],
  },
};
