namespace MLPipeline.Benchmarks.Measuring;

/// <summary>A temporary folder for the files of both sides.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlpipeline-benchmarks-");

    /// <summary>A folder in it, made when it is first asked for.</summary>
    public string Folder(string name) => _folder.CreateSubdirectory(name).FullName;

    /// <inheritdoc/>
    public void Dispose() => _folder.Delete(recursive: true);
}
