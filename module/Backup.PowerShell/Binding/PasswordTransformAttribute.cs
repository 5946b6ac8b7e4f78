using System.Management.Automation;
using System.Security;

namespace Backup.PowerShell.Binding;

/// <summary>Takes a password as a SecureString, or out of a PSCredential. Plain text is refused: it would stay in the history.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class PasswordTransformAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        object? plain = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        return plain switch
        {
            null or SecureString => plain,
            PSCredential credential => credential.Password,
            string => throw new ArgumentTransformationMetadataException(
                "A password is a SecureString, never plain text: use Read-Host -AsSecureString or Get-Secret, or set BACKUP_PASSWORD_FILE."),
            _ => throw new ArgumentTransformationMetadataException(
                $"A password is a SecureString or a PSCredential, not a {plain.GetType().Name}."),
        };
    }
}
