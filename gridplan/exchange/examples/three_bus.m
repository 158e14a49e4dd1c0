% Three buses: a made-up example with a quadratic and a piecewise linear cost.
function mpc = three_bus
mpc.version = '2';
mpc.baseMVA = 100;

%	bus_i	type	Pd	Qd	Gs	Bs	area	Vm	Va	baseKV	zone	Vmax	Vmin
mpc.bus = [
	1	3	0	0	0	0	1	1	0	150	1	1.1	0.9;
	2	1	150	30	0	0	1	1	0	150	1	1.1	0.9;
	3	2	50	10	0	0	1	1	0	150	1	1.1	0.9;
];

%	bus	Pg	Qg	Qmax	Qmin	Vg	mBase	status	Pmax	Pmin
mpc.gen = [
	1	0	0	100	-100	1	100	1	300	20;
	3	0	0	100	-100	1	100	1	100	0;
];

%	fbus	tbus	r	x	b	rateA	rateB	rateC	ratio	angle	status	angmin	angmax
mpc.branch = [
	1	2	0.01	0.2	0	120	0	0	0	0	1	-30	30;
	1	3	0.01	0.2	0	80	0	0	0	0	1	-30	30;
	2	3	0.01	0.1	0	60	0	0	0	0	1	-30	30;
];

%	2	startup	shutdown	n	c2	c1	c0
%	1	startup	shutdown	n	x1	y1	x2	y2	x3	y3
mpc.gencost = [
	2	0	0	3	0.05	20	100	0	0	0;
	1	0	0	3	0	0	40	1200	100	4200;
];
