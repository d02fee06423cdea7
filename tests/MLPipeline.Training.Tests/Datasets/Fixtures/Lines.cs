namespace MLPipeline.Training.Tests.Datasets.Fixtures;

/// <summary>Keeps what was reported, at once and in order (<see cref="Progress{T}"/> posts it to other threads).</summary>
internal sealed class Lines : List<string>, IProgress<string>
{
    public string Text => string.Join('\n', this);

    public void Report(string value) => Add(value);
}
