namespace Backup.TestKit.Dapr;

/// <summary>A job's callback that was made.</summary>
/// <param name="Job">The job's name.</param>
/// <param name="Due">When it fell due.</param>
/// <param name="Attempt">1 for the first try.</param>
/// <param name="Status">The application's answer; 0 if there was none.</param>
public sealed record JobTrigger(string Job, DateTimeOffset Due, int Attempt, int Status);
