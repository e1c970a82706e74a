<?php
/**
 * Answers /handover-serving for load balancers, without booting all of WordPress: 200 only where this region may take
 * customers. The web server leads that path here; where it does not, the plugin answers it a little slower.
 *
 * @package Handover
 */

ob_start();
require_once __DIR__ . '/includes/autoload.php';
require_once __DIR__ . '/includes/small-wordpress.php';

/**
 * Answers that this region serves nobody.
 *
 * @param Handover\Settings $here What this host has been told.
 * @param string            $why  The reason.
 */
function handover_serves_nobody( Handover\Settings $here, string $why ): void {
	ob_end_clean();
	Handover\Answer::json(
		503,
		array(
			'serving' => false,
			'because' => $why,
		),
		$here
	);
}

// WordPress ends the script itself where its database does not let it in; a region without a database serves nobody.
register_shutdown_function(
	static function () {
		if ( ! Handover\Answer::$is_given ) {
			$here = Handover\Settings::current();
			handover_serves_nobody( $here, "the database of region {$here->region()} does not answer" );
		}
	}
);

if ( ! handover_small_wordpress() ) {
	handover_serves_nobody( Handover\Settings::current(), 'WordPress was not found; set HANDOVER_WORDPRESS to the folder of wp-load.php' );
}
ob_end_clean();
Handover\Health::answer_serving( Handover\Settings::current() );
