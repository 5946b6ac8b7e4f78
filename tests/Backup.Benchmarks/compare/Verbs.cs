namespace Backup.Benchmarks.Compare;

/// <summary>How a program is told what to do. The repository and its password are in its environment.</summary>
internal abstract class Verbs
{
    /// <summary>The environment for a repository.</summary>
    /// <param name="repository">Its location.</param>
    /// <param name="cache">A folder for what the program keeps of it.</param>
    public abstract Dictionary<string, string> Environment(string repository, string cache);

    public abstract string[] Init { get; }

    /// <summary>Back up the working folder.</summary>
    /// <param name="number">A number for the snapshot: each is one more than the last.</param>
    /// <param name="force">Read every file again.</param>
    public abstract string[] Backup(int number, bool force);

    /// <summary>Restore a snapshot into the working folder.</summary>
    public abstract string[] Restore(int number);

    public abstract string[] Check(bool readData);

    /// <summary>Keep the last two snapshots.</summary>
    public abstract string[] Forget { get; }

    /// <summary>Remove what no snapshot needs.</summary>
    public abstract string[] Prune { get; }

    /// <summary>List everything that is in a snapshot.</summary>
    public abstract string[] List(int number);

    /// <summary>Find names in all snapshots; null if the program can't.</summary>
    public abstract string[]? Find(string pattern);
}
