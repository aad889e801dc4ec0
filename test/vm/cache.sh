# Where the kernel is kept, for prepare.sh and run.sh ($here is their folder). NETDUEL_VM_CACHE names another place, without
# commas or spaces.
cache=${NETDUEL_VM_CACHE:-$(realpath -m "$here/../../node_modules/.cache/netduel-vm")}
# It is made anew when the scripts that make it change.
fingerprint() { cat "$here/prepare.sh" "$here/init.sh" | cksum; }
is_prepared() { [[ $(cat "$cache/prepared" 2>/dev/null) == "$(fingerprint)" ]]; }
