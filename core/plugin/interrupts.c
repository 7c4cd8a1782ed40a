#include "plugin/interrupts.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "plugin/session.h"

/* A signal handler may call next to nothing, and a plugin's cancel() may want the network: so the
 * signals are blocked everywhere and one thread waits for them. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static void (*cancel)(struct dbw_connection *); /* of the call that runs, guarded by mutex */
static struct dbw_connection *running;          /* NULL: no call runs */
static atomic_int pending;
static bool caught;

static void wanted_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
}

/* The user has asked twice, or there is nothing to cancel the first time: the way every program ends
 * of a signal. */
static void end_at_once(int signal)
{
	sigset_t set;

	wanted_signals(&set);
	pthread_sigmask(SIG_UNBLOCK, &set, NULL);
	raise(signal);
}

static void *wait_for_signals(void *unused)
{
	sigset_t set;
	int signal;

	(void)unused;
	wanted_signals(&set);
	for (;;) {
		if (sigwait(&set, &signal) != 0)
			continue;
		if (atomic_exchange(&pending, signal))
			end_at_once(signal);
		pthread_mutex_lock(&mutex);
		if (running && cancel)
			cancel(running);
		pthread_mutex_unlock(&mutex);
	}
	return NULL;
}

bool interrupts_catch(struct error *error)
{
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t set;
	int failed;

	if (caught)
		return true;
	wanted_signals(&set);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	failed = pthread_create(&thread, &attributes, wait_for_signals, NULL);
	pthread_attr_destroy(&attributes);
	if (failed)
		return error_set(error, ERROR_FAILED, "cannot start a thread: %s",
		                 strerror(failed));
	caught = true;
	return true;
}

int interrupts_pending(void)
{
	return atomic_load(&pending);
}

void interrupts_enter(const struct dialect *dialect, struct dbw_connection *connection)
{
	pthread_mutex_lock(&mutex);
	cancel = dialect->plugin.cancel;
	running = connection;
	pthread_mutex_unlock(&mutex);
}

void interrupts_leave(void)
{
	pthread_mutex_lock(&mutex);
	running = NULL;
	pthread_mutex_unlock(&mutex);
}
