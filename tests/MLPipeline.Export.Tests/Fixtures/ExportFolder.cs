using static TorchSharp.torch;

namespace MLPipeline.Export.Tests.Fixtures;

/// <summary>A folder for one test's files, gone afterwards, and the export in one call.</summary>
internal sealed class ExportFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mlpipeline-export-");

    /// <summary>Where the model goes.</summary>
    public string ModelPath => Path.Combine(_folder.FullName, "model.onnx");

    /// <summary>Every file there is.</summary>
    public IEnumerable<string> Files => _folder.EnumerateFiles("*", SearchOption.AllDirectories).Select(f => f.Name);

    /// <summary>Exports a module whose input has this shape.</summary>
    public ExportReport Export(nn.Module module, long[] shape, OnnxExportOptions? options = null)
    {
        using var generator = new Generator(17, CPU);
        using var example = randn(shape, generator: generator);
        return OnnxExporter.Export(module, [example], ModelPath, options);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
