#!/usr/bin/env bash
# Fetches a Debian kernel that has sch_netem and makes what run.sh boots of it. Nothing is installed; does nothing when it is there.
# Needs apt on x86_64, and: apt-get install --no-install-recommends busybox-static xz-utils zstd
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=test/vm/cache.sh
source "$here/cache.sh"
is_prepared && exit 0

refuse() {
  echo "$*" >&2
  exit 3
}
[[ $(uname -m) == x86_64 ]] || refuse "the virtual machine is for x86_64 only"
for tool in apt-get dpkg-deb busybox xz zstd; do
  command -v "$tool" >/dev/null || refuse "'$tool' is missing: apt-get install busybox-static xz-utils zstd (Debian, Ubuntu)"
done
! ldd "$(command -v busybox)" >/dev/null 2>&1 || refuse "busybox needs libraries here: apt-get install busybox-static"

mkdir -p "$cache"
exec 8>"$cache/lock"
flock 8
is_prepared && exit 0
work=$(mktemp -d "$cache/work.XXXXXX")
trap 'rm -rf "$work"' EXIT

# Bookworm has 6.12 beside its own kernel; the plain name is newer elsewhere. A meta package depends on the kernel's true one.
find_package() {
  for meta in linux-image-6.12-amd64 linux-image-amd64 linux-image-generic; do
    package=$(apt-cache depends "$meta" 2>/dev/null | sed -n 's/.*Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
    [[ -z $package ]] || break
  done
}
find_package
if [[ -z $package ]] && ((EUID == 0)); then
  apt-get -q update >&2
  find_package
fi
[[ -n $package ]] || refuse "apt knows no kernel package: apt-get update"
echo "fetching $package" >&2
(cd "$work" && apt-get -q -o APT::Sandbox::User=root download "$package" >&2)
dpkg-deb --fsys-tarfile "$work"/*.deb | tar -C "$work" -x --wildcards './boot/vmlinuz-*' './lib/modules/*/modules.*' \
  './lib/modules/*/kernel/net' './lib/modules/*/kernel/lib' './lib/modules/*/kernel/crypto' \
  './lib/modules/*/kernel/fs/9p' './lib/modules/*/kernel/fs/netfs' './lib/modules/*/kernel/fs/overlayfs' \
  './lib/modules/*/kernel/drivers/virtio' './lib/modules/*/kernel/drivers/char' './lib/modules/*/kernel/drivers/net/veth*'
release=$(basename "$work"/lib/modules/*)
modules=lib/modules/$release
find "$work/$modules" -name '*.ko.xz' -print0 | xargs -0 -r xz -d
busybox depmod -b "$work" "$release"

# The initramfs: busybox, the guest's first process, and the modules that reach the root file system.
root=$work/initramfs
mkdir -p "$root/bin" "$root/$modules"
cp "$(command -v busybox)" "$root/bin/busybox"
cp "$here/init.sh" "$root/init"
chmod +x "$root/init"
cp "$work/$modules/modules.dep" "$root/$modules/"
for module in virtio_pci virtio_console 9pnet_virtio 9p overlay; do
  sed -n "s/:/ /; /\/$module\.ko /p" "$work/$modules/modules.dep" | tr ' ' '\n' | sed '/^$/d'
done | sort -u | while read -r file; do
  mkdir -p "$root/$modules/$(dirname "$file")"
  cp "$work/$modules/$file" "$root/$modules/$file"
done
(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) >"$work/initramfs.cpio"

# Unpacked here, which a guest takes two seconds longer for: where the payload lies is in the head of the image (Linux x86 boot
# protocol: payload_offset, payload_length and, in sectors of 512 bytes, setup_sects). It ends with its unpacked size, 4 bytes.
image=$(echo "$work"/boot/vmlinuz-*)
read -r offset length < <(od -An -tu4 -j$((0x248)) -N8 "$image")
sectors=$(od -An -tu1 -j$((0x1f1)) -N1 "$image")
dd if="$image" of="$work/payload" status=none bs=1M iflag=skip_bytes,count_bytes \
  skip=$(((sectors + 1) * 512 + offset)) count=$((length - 4))
{ zstd -dcqf <"$work/payload" || xz -dc <"$work/payload" || cat "$image"; } >"$work/kernel" 2>/dev/null

rm -rf "$cache/prepared" "$cache/modules"
mv "$work/$modules" "$cache/modules"
mv "$work/kernel" "$cache/kernel"
mv "$work/initramfs.cpio" "$cache/initramfs"
fingerprint >"$cache/prepared"
