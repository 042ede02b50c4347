/* Part of an executable that glibc is linked into. It would load the services of /etc/nsswitch.conf from the machine,
 * which are made for the glibc there: a name that one of them is asked for ends the program, as with systemd-resolved
 * on a newer or older Debian. So, like kubectl's own executables, it asks the files and DNS, which glibc has within it
 * from 2.34 on. */
#include <features.h>
#include <nss.h>

#if !__GLIBC_PREREQ(2, 34)
#error "this glibc loads even the services files and dns from the machine"
#endif

__attribute__((constructor)) static void ask_nothing_that_is_loaded(void) {
  __nss_configure_lookup("hosts", "files dns");
  __nss_configure_lookup("passwd", "files");
}
