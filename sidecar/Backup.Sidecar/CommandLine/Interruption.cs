using System.Runtime.InteropServices;

namespace Backup.Sidecar.CommandLine;

/// <summary>
/// Turns Ctrl+C and requests to terminate into a cancellation. The second one ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action<bool> _onSignal;
    private bool _isWaitedFor;
    private int _endAtOnce;

    private Interruption(Action<bool> onSignal) => _onSignal = onSignal;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>Listens to the signals of this process.</summary>
    /// <param name="onSignal">Runs on a thread of its own before anything else: true if the process ends at once.</param>
    public static Interruption OfProcess(Action<bool> onSignal)
    {
        var interruption = new Interruption(onSignal);
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGINT, PosixSignal.SIGTERM])
        {
            interruption._registrations.Add(PosixSignalRegistration.Create(signal, interruption.Handle));
        }

        return interruption;
    }

    /// <summary>One that nobody causes.</summary>
    public static Interruption None() => new(_ => { });

    /// <summary>While the result is not disposed, the first signal ends the process, too.</summary>
    public IDisposable EndAtOnce()
    {
        Interlocked.Increment(ref _endAtOnce);
        return new Release(this);
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        bool isEnd = Volatile.Read(ref _endAtOnce) > 0 || Interlocked.Exchange(ref _isWaitedFor, true);
        _onSignal(isEnd);
        if (isEnd)
        {
            return; // not handled: the system does what it does with a process that doesn't listen
        }

        context.Cancel = true;
        _source.Cancel();
    }

    private sealed class Release(Interruption interruption) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref interruption._endAtOnce);
    }
}
