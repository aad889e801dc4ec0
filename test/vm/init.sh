#!/bin/busybox sh
# The guest's first process. In the initramfs it makes the host's root, read-only, under a tmpfs the guest's root, and starts
# itself there again with the argument `inside`; that one runs the command and switches the machine off.
bb=/bin/busybox
if [ "${1:-}" != inside ]; then
  $bb mkdir -p /proc /host /scratch /new
  $bb mount -t proc proc /proc
  for word in $($bb cat /proc/cmdline); do
    case $word in netduel.control=*) control=${word#*=} ;; netduel.modules=*) modules=${word#*=} ;; esac
  done
  for module in virtio_pci virtio_console 9pnet_virtio 9p overlay; do $bb modprobe -q $module; done
  $bb mount -t 9p -o ro,cache=loose,trans=virtio,version=9p2000.L,msize=262144 root /host || exit 1
  $bb mount -t tmpfs scratch /scratch && $bb mkdir /scratch/upper /scratch/work
  $bb mount -t overlay -o lowerdir=/host,upperdir=/scratch/upper,workdir=/scratch/work overlay /new || exit 1
  $bb mount -t proc proc /new/proc
  $bb mount -t sysfs sys /new/sys
  $bb mount -t devtmpfs dev /new/dev
  $bb mount -t tmpfs run /new/run
  for pair in fd: stdin:/0 stdout:/1 stderr:/2; do $bb ln -sf /proc/self/fd${pair#*:} /new/dev/${pair%%:*}; done
  # The kernel loads netem and the like by itself, through this.
  $bb cp $bb /init /new/run/ && $bb ln -s busybox /new/run/modprobe
  echo /run/modprobe >/new/proc/sys/kernel/modprobe
  release=$($bb uname -r)
  $bb mkdir -p /new/lib/modules/$release /new/run/control
  $bb mount -o bind /host$modules /new/lib/modules/$release
  $bb mount -o bind /host$control /new/run/control
  $bb umount /proc
  exec $bb switch_root /new /run/busybox sh /run/init inside
fi

bb=/run/busybox
$bb ip link set lo up
for port in /sys/class/virtio-ports/*; do $bb ln -s /dev/${port##*/} /run/port-$($bb cat $port/name); done
# Pipes between, since a virtio port is no file that every program can write to as its stdout.
$bb mkfifo /run/out /run/err
$bb cat /run/out >/run/port-out & out=$!
$bb cat /run/err >/run/port-err & err=$!
/bin/bash /run/control/command </dev/null >/run/out 2>/run/err
status=$?
# The end of the output, but what the command left running may hold the pipes open: two seconds must do.
rounds=40
while { $bb kill -0 $out || $bb kill -0 $err; } 2>/dev/null && [ $((rounds -= 1)) -ge 0 ]; do $bb usleep 50000; done
echo $status >/run/port-status
$bb sync
$bb poweroff -f
