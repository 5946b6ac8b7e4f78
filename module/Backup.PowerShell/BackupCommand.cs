using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using Backup.Engine;

namespace Backup.PowerShell;

/// <summary>
/// The base of all cmdlets: it runs the engine on other threads, hands on what it says, and cancels it when the pipeline
/// stops. A cmdlet itself is parameters and one call.
/// </summary>
public abstract class BackupCommand : PSCmdlet, ICmdletPort, IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private bool _isTrying;

    /// <summary>Cancelled when the pipeline stops.</summary>
    protected CancellationToken StopToken => _stop.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases what the cmdlet holds. PowerShell calls it however the pipeline ends.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Dispose();
        }
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <summary>Runs work to its end and gives its result; if it fails, the cmdlet does.</summary>
    /// <param name="target">What it is about, for the error.</param>
    /// <param name="work">The work, on other threads.</param>
    internal T Run<T>(object? target, Func<PipelineBus, CancellationToken, Task<T>> work)
    {
        T? result = default;
        Exception? exception = TryRun(async (bus, token) =>
        {
            result = await work(bus, token).ConfigureAwait(false);
        });
        if (exception is not null)
        {
            Stop(exception, target);
        }

        return result!; // there is no exception, so the work has set it
    }

    /// <summary>Runs work to its end and gives what it threw.</summary>
    internal Exception? TryRun(Func<PipelineBus, CancellationToken, Task> work, Action? foreground = null)
    {
        using var bus = new PipelineBus(_stop.Token);
        Exception? exception = bus.Run(this, () => work(bus, _stop.Token), _stop, foreground);
        return exception is OperationCanceledException && _stop.IsCancellationRequested
            ? throw new PipelineStoppedException()
            : exception;
    }

    /// <summary>Does what would end the cmdlet if it failed, for one of several: the others go on.</summary>
    /// <returns>Why it failed, which nobody has been told yet; null if it did not.</returns>
    internal Fault? Try(Action action)
    {
        _isTrying = true;
        try
        {
            action();
            return null;
        }
        catch (FaultException failure)
        {
            return failure.Fault;
        }
        finally
        {
            _isTrying = false;
        }
    }

    /// <summary>Ends the cmdlet with an error.</summary>
    [DoesNotReturn]
    internal void Stop(Exception exception, object? target)
    {
        Fault fault = ErrorMap.Of(exception, target);
        if (_isTrying && exception is CommandException or BackupException)
        {
            throw new FaultException(fault);
        }

        ThrowTerminatingError(RecordOf(fault));
        throw exception; // PowerShell has thrown already
    }

    /// <summary>Ends the cmdlet because it is used wrongly.</summary>
    [DoesNotReturn]
    internal void Refuse(string errorId, ErrorCategory category, string message, object? target = null) =>
        Stop(new CommandException(errorId, category, message), target);

    /// <summary>Says what went wrong with one item while the others go on.</summary>
    internal void Fail(Fault fault) => WriteError(RecordOf(fault));

    /// <summary>Asks before something is changed. -WhatIf answers no, and tells so.</summary>
    /// <param name="target">What is changed, specifically.</param>
    /// <param name="action">How.</param>
    /// <param name="isWhatIf">Whether the answer is no because of -WhatIf: a dry run is wanted.</param>
    internal bool MayChange(string target, string action, out bool isWhatIf)
    {
        bool may = ShouldProcess(
            $"Performing the operation \"{action}\" on target \"{target}\".",
            $"Perform the operation \"{action}\" on target \"{target}\"?",
            "Confirm",
            out ShouldProcessReason reason);
        isWhatIf = reason == ShouldProcessReason.WhatIf;
        return may;
    }

    void ICmdletPort.Emit(object value) => WriteObject(value);

    void ICmdletPort.Fail(Fault fault) => Fail(fault);

    void ICmdletPort.Verbose(string text) => WriteVerbose(Wording.Of(text));

    void ICmdletPort.Warn(string text) => WriteWarning(Wording.Of(text));

    void ICmdletPort.Progress(ProgressInfo progress) => WriteProgress(
        new ProgressRecord(progress.Id, progress.Activity, progress.Status)
        {
            ParentActivityId = progress.Id == 0 ? -1 : 0,
            PercentComplete = progress.Percent,
            SecondsRemaining = progress.SecondsLeft,
            CurrentOperation = progress.Current,
            RecordType = progress.IsDone ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        });

    private static ErrorRecord RecordOf(Fault fault)
    {
        var record = new ErrorRecord(fault.Exception, fault.ErrorId, fault.Category, fault.Target);
        if (fault.Advice is not null || fault.Message != fault.Exception.Message)
        {
            record.ErrorDetails = new ErrorDetails(fault.Message) { RecommendedAction = fault.Advice };
        }

        return record;
    }

    /// <summary>Brings a fault to <see cref="Try"/>.</summary>
    private sealed class FaultException(Fault fault) : Exception(fault.Exception.Message, fault.Exception)
    {
        public Fault Fault => fault;
    }
}
