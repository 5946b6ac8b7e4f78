using Backup.Engine;

namespace Backup.Sidecar.CommandLine;

/// <summary>What a command line runs in: the streams, the environment, the signals, the clock.</summary>
internal sealed class Session
{
    public required Terminal Terminal { get; init; }

    public required EnvironmentSettings Settings { get; init; }

    public required Interruption Interruption { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The program's own version, such as <c>0.1.0</c>.</summary>
    public static string Version { get; } = typeof(Session).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";
}
