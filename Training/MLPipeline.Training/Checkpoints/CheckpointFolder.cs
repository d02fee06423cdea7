namespace MLPipeline.Training.Checkpoints;

/// <summary>The two checkpoints of a run in its output folder.</summary>
internal sealed class CheckpointFolder
{
    private readonly string? _folder;

    /// <summary>Makes the folder; without one, nothing is written.</summary>
    public CheckpointFolder(string? folder)
    {
        _folder = folder;
        if (folder is not null)
            Directory.CreateDirectory(folder);
    }

    /// <summary>The latest state, if written.</summary>
    public string? Last => Existing("last.checkpoint");

    /// <summary>The state after the epoch of the highest test accuracy, if written.</summary>
    public string? Best => Existing("best.checkpoint");

    /// <summary>Writes the latest state.</summary>
    public void SaveLast(Checkpoint checkpoint) => Save(checkpoint, "last.checkpoint");

    /// <summary>Writes the best state.</summary>
    public void SaveBest(Checkpoint checkpoint) => Save(checkpoint, "best.checkpoint");

    private void Save(Checkpoint checkpoint, string name)
    {
        if (_folder is not null)
            checkpoint.Save(Path.Combine(_folder, name));
    }

    private string? Existing(string name) =>
        _folder is not null && Path.Combine(_folder, name) is var path && File.Exists(path) ? path : null;
}
