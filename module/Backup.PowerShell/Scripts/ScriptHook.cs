using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;

namespace Backup.PowerShell.Scripts;

/// <summary>
/// A script block that makes an application hold still, or lets it go on. It runs on the pipeline thread as any other. When
/// the pipeline is stopped it can't run there any more: then it runs in a runspace of its own, with the variables it names.
/// </summary>
internal sealed class ScriptHook : IDisposable
{
    private readonly BackupCommand _cmdlet;
    private readonly ScriptBlock _script;
    private readonly List<(string Name, object? Value)> _variables = [];

    /// <summary>Takes the script block, and the values that its variables have now.</summary>
    public ScriptHook(BackupCommand cmdlet, ScriptBlock script)
    {
        _cmdlet = cmdlet;
        _script = script;
        foreach (Ast ast in script.Ast.FindAll(static ast => ast is VariableExpressionAst, searchNestedScriptBlocks: true))
        {
            string name = ((VariableExpressionAst)ast).VariablePath.UserPath;
            if (cmdlet.SessionState.PSVariable.Get(name) is { } variable
                && (variable.Options & (ScopedItemOptions.Constant | ScopedItemOptions.ReadOnly)) == 0)
            {
                _variables.Add((name, variable.Value));
            }
        }
    }

    /// <summary>The hook as the engine calls it.</summary>
    public Func<CancellationToken, Task> On(PipelineBus bus) => async cancellationToken =>
    {
        try
        {
            await bus.Ask(Invoke).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (
            (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested) || exception is PipelineStoppedException)
        {
            await Task.Run(InvokeAlone, cancellationToken).ConfigureAwait(false);
        }
    };

    /// <inheritdoc/>
    public void Dispose() => _variables.Clear();

    private void Invoke(ICmdletPort port)
    {
        foreach (PSObject? output in _cmdlet.InvokeCommand.InvokeScript(useLocalScope: true, _script, input: null))
        {
            port.Verbose($"{output}");
        }
    }

    private void InvokeAlone()
    {
        using Runspace runspace = RunspaceFactory.CreateRunspace();
        runspace.Open();
        foreach ((string name, object? value) in _variables)
        {
            runspace.SessionStateProxy.SetVariable(name, value);
        }

        using var shell = System.Management.Automation.PowerShell.Create();
        shell.Runspace = runspace;
        shell.AddScript(_script.ToString()).Invoke();
    }
}
