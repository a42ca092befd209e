{{ unpivoted_segments(ref('int_place'), var('place_segments')) }}
