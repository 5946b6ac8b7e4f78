using Backup.Engine;

namespace Backup.Storage.S3.Tests;

/// <summary>The contract of a backend in a bucket of a Swift, each test in another one.</summary>
internal sealed class S3Contract(SwiftFixture swift) : BackendContract
{
    /// <summary>Swift knows no conditions: two who save the same name at the same moment may both be told that they did.</summary>
    protected override bool SavesExclusively => false;

    protected override IBackend Open() => SwiftFixture.OpenBackend(swift.NewPlace());
}
