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

// WordPress ends the script itself where its database does not let it in; a region without a database serves nobody.
register_shutdown_function(
	static function () {
		if ( ! Handover\Answer::$is_given ) {
			ob_end_clean();
			$handover_here = Handover\Settings::current();
			Handover\Answer::json(
				503,
				array(
					'serving' => false,
					'because' => "the database of region {$handover_here->region()} does not answer",
				),
				$handover_here
			);
		}
	}
);

if ( handover_small_wordpress() ) {
	ob_end_clean();
	Handover\Health::answer_serving( Handover\Settings::current() );
}
