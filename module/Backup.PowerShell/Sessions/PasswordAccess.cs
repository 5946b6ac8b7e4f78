using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Runtime.InteropServices;
using System.Security;
using System.Security.Cryptography;
using System.Text;
using Backup.Engine;

namespace Backup.PowerShell.Sessions;

/// <summary>Gets passwords from PowerShell: SecureStrings, secrets, prompts. Runs on the pipeline thread.</summary>
internal sealed class PasswordAccess(PSCmdlet cmdlet)
{
    private const string GetSecret = """
        param($Name, $Vault)
        $with = @{ Name = $Name; ErrorAction = 'Stop' }
        if ($Vault) { $with.Vault = $Vault }
        Microsoft.PowerShell.SecretManagement\Get-Secret @with
        """;

    /// <summary>The bytes of a SecureString, in UTF-8.</summary>
    public static Password Of(SecureString text, bool isTyped)
    {
        IntPtr memory = Marshal.SecureStringToCoTaskMemUnicode(text);
        try
        {
            char[] characters = new char[text.Length];
            Marshal.Copy(memory, characters, 0, characters.Length);
            byte[] bytes = Encoding.UTF8.GetBytes(characters);
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(characters.AsSpan()));
            return new Password(bytes, isTyped);
        }
        finally
        {
            Marshal.ZeroFreeCoTaskMemUnicode(memory);
        }
    }

    /// <summary>Gets a password from SecretManagement.</summary>
    /// <exception cref="CommandException">It can't be had.</exception>
    public Password FromSecret(string name, string? vault) => Secret(name, vault) switch
    {
        SecureString text => Of(text, isTyped: false),
        PSCredential credential => Of(credential.Password, isTyped: false),
        string text => new Password(Encoding.UTF8.GetBytes(text), isTyped: false),
        var other => throw Unavailable(name, $"It is a {other.GetType().Name}, not a SecureString, a PSCredential or text.", null),
    };

    /// <summary>Gets a login from SecretManagement.</summary>
    /// <exception cref="CommandException">It can't be had.</exception>
    public BackendLogin LoginFromSecret(string name, string? vault) => Secret(name, vault) switch
    {
        PSCredential credential => new BackendLogin(credential.UserName, credential.GetNetworkCredential().Password),
        var other => throw Unavailable(name, $"It is a {other.GetType().Name}, not a PSCredential with a user name and a password.", null),
    };

    /// <summary>Asks for a password.</summary>
    /// <returns>Null where nobody can be asked.</returns>
    public Password? Ask(string prompt)
    {
        PSHostUserInterface? ui = cmdlet.Host?.UI;
        if (ui is null)
        {
            return null;
        }

        ui.Write($"{prompt}: ");
        try
        {
            using SecureString? typed = ui.ReadLineAsSecureString();
            return typed is null or { Length: 0 } ? null : Of(typed, isTyped: true);
        }
        catch (Exception exception) when (exception is HostException or NotImplementedException or PSInvalidOperationException)
        {
            ui.WriteLine();
            return null; // nobody is there to type: -NonInteractive, a job, a remote session
        }
    }

    private object Secret(string name, string? vault)
    {
        try
        {
            Collection<PSObject> found = cmdlet.InvokeCommand.InvokeScript(
                useLocalScope: true, ScriptBlock.Create(GetSecret), input: null, name, vault ?? "");
            return (found.Count == 1 ? found[0]?.BaseObject : null) ?? throw Unavailable(name, "There is no such secret.", null);
        }
        catch (Exception exception) when (exception is RuntimeException and not PipelineStoppedException)
        {
            throw Unavailable(name, exception.Message, exception);
        }
    }

    private static CommandException Unavailable(string name, string reason, Exception? cause) => new(
        "SecretUnavailable",
        ErrorCategory.AuthenticationError,
        $"The secret «{name}» can't be had: {reason} Check that Microsoft.PowerShell.SecretManagement is installed, and the vault unlocked.",
        cause);
}
