namespace Backup.PowerShell.Tests;

/// <summary>What a cmdlet would have said, and on which thread.</summary>
internal sealed class FakePort : ICmdletPort
{
    public List<object> Emitted { get; } = [];

    public List<Fault> Faults { get; } = [];

    public List<ProgressInfo> Shown { get; } = [];

    public List<string> Texts { get; } = [];

    public HashSet<int> Threads { get; } = [];

    /// <summary>Runs at each object.</summary>
    public Action<object> OnEmit { get; init; } = _ => { };

    public void Emit(object value)
    {
        Threads.Add(Environment.CurrentManagedThreadId);
        Emitted.Add(value);
        OnEmit(value);
    }

    public void Fail(Fault fault)
    {
        Threads.Add(Environment.CurrentManagedThreadId);
        Faults.Add(fault);
    }

    public void Progress(ProgressInfo progress)
    {
        Threads.Add(Environment.CurrentManagedThreadId);
        Shown.Add(progress);
    }

    public void Verbose(string text) => Texts.Add($"verbose: {text}");

    public void Warn(string text) => Texts.Add($"warning: {text}");
}
