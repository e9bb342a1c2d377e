#!/usr/bin/env bash
# As root, on a machine that is destroyed after this job. `--list` only prints the packages.
set -euo pipefail

packages=(
  # nspawn and chroot: golden roots, containers, sockets of a system under test
  mmdebstrap systemd-container iproute2
  # qemu: machines and their disks
  qemu-system-x86 qemu-utils e2fsprogs
  # packages and metadata of both kinds, and the solver of the closure
  apt-utils dpkg-dev createrepo-c dnf rpm libsolv-tools python3-solv
  # signatures, archives, the keys of Debian's own
  gpg gpgv gpg-agent debian-archive-keyring xz-utils zstd
)
if [ "${1:-}" = --list ]; then
  printf '%s\n' "${packages[@]}"
  exit
fi

export DEBIAN_FRONTEND=noninteractive
apt-get -qq update
apt-get -qq install -y --no-install-recommends "${packages[@]}" > /dev/null

# Where images of Debian come from (host:apt-sources). The machine's own apt must never take anything of it.
if [ -n "${DEBIAN_ARCHIVE:-}" ]; then
  [[ $DEBIAN_ARCHIVE =~ ^https?://[A-Za-z0-9._:/-]+$ ]] || { echo "::error::DEBIAN_ARCHIVE is no address: $DEBIAN_ARCHIVE"; exit 1; }
  cat > /etc/apt/sources.list.d/umd-debian.sources << SOURCES
Types: deb
URIs: $DEBIAN_ARCHIVE
Suites: bookworm bookworm-updates trixie trixie-updates
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
  printf 'Package: *\nPin: release o=Debian\nPin-Priority: -1\n' > /etc/apt/preferences.d/umd-debian
fi

# Services that are tried on the machine itself ask for its full name; some machines have none.
name=$(hostname)
case "$(hostname -f 2> /dev/null)" in
  *.*) ;;
  *) printf '127.0.1.1 %s.umd.test %s\n%s\n' "$name" "$name" "$(cat /etc/hosts)" > /etc/hosts ;;
esac

# The consent of decision 0026: the file holds this machine's own id.
install -m 0644 /etc/machine-id /etc/umd-single-use-machine
