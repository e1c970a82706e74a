#!/bin/sh
# What a host's timers do for a shop: a heartbeat every two seconds, and WP-Cron with its actions every ten.
# A standby's WordPress meets a database that refuses it; what PHP says of that has a file of its own.
log=/srv/log/handover/php.log
round=0
while :; do
  php -d display_errors=stderr /srv/www/wp-content/mu-plugins/handover/beat.php
  if [ $((round % 5)) = 0 ]; then php -d error_log="$log" /srv/www/wp-cron.php; fi
  round=$((round + 1))
  sleep 2
done
