#!/usr/bin/env bash
# Runs a command as root under the kernel that prepare.sh fetched, in a virtual machine (QEMU, software emulation).
#
#   run.sh [-n] [-i [-s]] [-t SECONDS] COMMAND [ARG...]
#     -n  only see whether it can be done
#     -i  count the clock in instructions: times in the guest are exact, whatever else the host does
#     -s  skip idle waits; but a wait for a file, too, then ends at the guest's next timer: no time-out means anything
#     -t  seconds until the machine is switched off, 120 if not given
#
# The guest has the host's files, read-only under a tmpfs: what it writes is lost. Its stdout and stderr come at the end. No
# network but its own. Exit status: the command's; 3: no machine here, 124: out of time, 125: the machine died, as said on stderr.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=test/vm/cache.sh
source "$here/cache.sh"
clock=()
limit=120
only_look=
sleep=on
while getopts nist: option; do
  case $option in
    n) only_look=yes ;;
    i) clock=(-icount shift=1) ;;
    s) sleep=off ;;
    t) limit=$OPTARG ;;
    *) exit 2 ;;
  esac
done
shift $((OPTIND - 1))
[[ -z ${clock[*]} ]] || clock[1]+=,sleep=$sleep
command -v qemu-system-x86_64 >/dev/null || { echo "no qemu-system-x86_64: apt-get install qemu-system-x86" >&2; exit 3; }
is_prepared || { echo "no kernel in $cache: run $here/prepare.sh" >&2; exit 3; }
[[ -z $only_look ]] || exit 0

control=$(mktemp -d)
trap 'rm -rf "$control"' EXIT
{
  declare -x PATH="$PATH:/usr/sbin:/sbin"
  export -p
  printf 'cd %q\nexec' "$PWD"
  printf ' %q' "$@"
} >"$control/command"
places="netduel.control=$control netduel.modules=$cache/modules"
machine=(
  -machine q35 -accel tcg,thread=single -cpu max -m 1024 -nodefaults -no-user-config -display none -no-reboot "${clock[@]}"
  -kernel "$cache/kernel" -initrd "$cache/initramfs"
  -append "console=ttyS0 loglevel=4 panic=-1 mitigations=off nokaslr norandmaps random.trust_cpu=on $places"
  -serial "file:$control/console"
  -fsdev local,id=root,path=/,security_model=none,readonly=on,multidevs=remap -device virtio-9p-pci,fsdev=root,mount_tag=root
  -device virtio-rng-pci -device virtio-serial-pci
)
for port in out err status; do
  machine+=(-chardev "file,id=$port,path=$control/$port" -device "virtserialport,chardev=$port,name=$port")
done
touch "$control"/{out,err,status,console}
died=0
timeout -k 5 "$limit" qemu-system-x86_64 "${machine[@]}" </dev/null >"$control/qemu" 2>&1 || died=$?
cat "$control/out"
cat "$control/err" >&2
status=$(tr -dc 0-9 <"$control/status")
[[ -z $status ]] || exit "$status"
if ((died == 124 || died == 137)); then
  echo "the virtual machine ran out of its $limit s" >&2
  exit 124
fi
echo "the virtual machine died (qemu: $died):" >&2
tail -n 25 "$control/console" "$control/qemu" >&2
exit 125
