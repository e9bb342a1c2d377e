import type { ProductService } from '#core/product/card.ts';

/** Real products of Debian that the automated checks are tried on: daemons, tools and data. */
export interface Tried {
  readonly title: string;
  /** Packages that a lock would name. */
  readonly packages: readonly string[];
  readonly profiles: readonly string[];
  readonly service?: ProductService;
}

// It serves nothing until a tunnel is described: this one listens on the loopback with a certificate made now.
const STUNNEL = `openssl req -x509 -newkey rsa:2048 -nodes -sha256 -days 2 -subj /CN=testbed -keyout /etc/stunnel/key.pem \\
  -out /etc/stunnel/cert.pem
chmod 600 /etc/stunnel/key.pem
printf '%s\\n' 'foreground = yes' '[test]' 'accept = 127.0.0.1:8443' 'connect = 127.0.0.1:80' \\
  'cert = /etc/stunnel/cert.pem' 'key = /etc/stunnel/key.pem' > /etc/stunnel/test.conf`;

export const TRIED: Readonly<Record<string, Tried>> = {
  bdii: {
    title: 'BDII, an LDAP server of site information',
    packages: ['bdii', 'glue-schema'],
    profiles: ['generic', 'service', 'information-system'],
    service: { units: ['bdii.service'] },
  },
  'fetch-crl': {
    title: 'fetch-crl, a tool run by cron',
    packages: ['fetch-crl'],
    profiles: ['generic', 'authentication'],
  },
  'globus-gridftp-server': {
    title: 'Globus GridFTP server',
    packages: ['globus-gridftp-server-progs', 'libglobus-gridftp-server6'],
    profiles: ['generic', 'service', 'file-transfer'],
    service: { units: ['globus-gridftp-server.service'] },
  },
  'igtf-policy-bundle': {
    title: 'IGTF trust anchors, data only',
    packages: ['igtf-policy-classic', 'igtf-policy-mics', 'igtf-policy-slcs', 'igtf-policy-iota'],
    profiles: ['generic', 'trust-anchors'],
  },
  'myproxy-server': {
    title: 'MyProxy, a store of credentials',
    packages: ['myproxy-server'],
    profiles: ['generic', 'service', 'credential-management'],
    service: { units: ['myproxy-server.service'] },
  },
  stunnel4: {
    title: 'stunnel, a TLS proxy whose source brings tests',
    packages: ['stunnel4'],
    profiles: ['generic', 'service'],
    service: { units: ['stunnel@test.service'], setup: STUNNEL },
  },
  voms: {
    title: 'VOMS server and clients',
    packages: ['voms-server', 'voms-clients', 'libvomsapi1v5'],
    profiles: ['generic', 'service', 'client-tools'],
    service: { units: ['voms.service'] },
  },
  'xrootd-server': {
    title: 'XRootD, a storage server',
    packages: ['xrootd-server'],
    profiles: ['generic', 'service', 'storage-element'],
    service: { units: ['xrootd@standalone.service'] },
  },
};
