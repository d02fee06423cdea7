using Google.Protobuf;
using MLPipeline.Onnx.Graphs;
using MLPipeline.Onnx.Serialization.Messages;

namespace MLPipeline.Onnx.Serialization;

/// <summary>
/// A model's files on their way to a place: written into a folder beside it, under the names they will have, so that the model can be tried
/// out there; then moved together, or deleted.
/// </summary>
/// <remarks>
/// The data file of a model that is replaced goes too. If a move fails, what was there before is there again. At no time does a model stand
/// beside the weights of another: where there are data files, the old model goes first and the new one comes last.
/// </remarks>
public sealed class PendingModel : IDisposable
{
    private readonly string _destination;
    private readonly string _folder;
    private readonly FileMoves _moves;

    private PendingModel(string destination, string folder, FileMoves moves)
    {
        _destination = destination;
        _folder = folder;
        _moves = moves;
    }

    /// <summary>The model's file until it is kept.</summary>
    public string Path => Staged(Name);

    /// <summary>Where the files will be, as full paths: the model, and the data file if there is one. Empty before <see cref="Write"/>.</summary>
    public IReadOnlyList<string> Files { get; private set; } = [];

    /// <summary>The sizes of all files together.</summary>
    public long Bytes => Files.Sum(f => new FileInfo(Staged(System.IO.Path.GetFileName(f))).Length);

    /// <summary>Reserves the place, so that a folder that cannot be written to is known before the work begins.</summary>
    /// <exception cref="IOException">Nothing can be written there.</exception>
    /// <exception cref="UnauthorizedAccessException">Nothing may be written there.</exception>
    public static PendingModel At(string path) => At(path, File.Move);

    /// <summary>The same with another way to move a file to a place where there is none.</summary>
    internal static PendingModel At(string path, Action<string, string> move)
    {
        if (Directory.Exists(path)) throw new IOException($"'{path}' is a folder; give a file name in it.");
        var full = System.IO.Path.GetFullPath(path);
        if (System.IO.Path.GetDirectoryName(full) is { } parent && !Directory.Exists(parent)) throw new DirectoryNotFoundException($"There is no folder '{parent}'.");
        var folder = $"{full}.{System.IO.Path.GetRandomFileName()}.tmp";
        Directory.CreateDirectory(folder);
        return new PendingModel(full, folder, new FileMoves(move));
    }

    /// <summary>Writes the files and waits until they are on the disk. The weights go from where they are to the file; nothing is copied.</summary>
    /// <param name="model">The model; its graph is validated first.</param>
    /// <param name="external">When weights go into a file of their own; null for <see cref="ExternalData.Auto"/>.</param>
    /// <exception cref="InvalidGraphException">The graph is not valid.</exception>
    /// <exception cref="NotSupportedException">Constants that can't go into a file of their own have more than 2 GiB.</exception>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(Model model, ExternalData? external = null)
    {
        model.Graph.Validate();
        external ??= ExternalData.Auto;
        var layout = ModelSize.InOneFile(model) > external.LargestModel ? ExternalLayout.Of(model.Graph, DataName, external.SmallestTensor) : null;
        if (layout is { Length: 0 }) layout = null;
        ModelSize.Check(model, layout);
        File.Delete(Staged(DataName));
        if (layout is not null) LargeFile.Write(Staged(DataName), layout.Length, layout.WriteTo);
        var message = ModelWriter.Message(model, layout);
        LargeFile.Write(Path, message.CalculateSize(), message.WriteTo);
        Files = layout is null ? [_destination] : [_destination, _destination + ExternalLayout.Suffix];
    }

    /// <summary>Moves the files to their place, over what was there.</summary>
    /// <exception cref="IOException">They cannot be moved; what was there before still is.</exception>
    /// <exception cref="UnauthorizedAccessException">They may not be moved; what was there before still is.</exception>
    public void Keep()
    {
        var data = _destination + ExternalLayout.Suffix;
        var hasData = Files.Count > 1;
        var replacesData = File.Exists(data) && (hasData || BelongsToOldModel(data));
        // A lone file takes the place of another in one step.
        if (hasData || replacesData) _moves.Make(Moves(data, replacesData, hasData));
        else File.Move(Path, _destination, overwrite: true);
    }

    private IEnumerable<(string From, string To)> Moves(string data, bool replacesData, bool hasData)
    {
        if (File.Exists(_destination)) yield return (_destination, Staged(Name + Replaced));
        if (replacesData) yield return (data, Staged(DataName + Replaced));
        if (hasData) yield return (Staged(DataName), data);
        yield return (Path, _destination);
    }

    /// <summary>Deletes what was not kept, and what was replaced; unless the old files could not be put back, which are in the folder then.</summary>
    public void Dispose()
    {
        // Where the folder is gone there is nothing left to delete.
        if (!_moves.AreStuck && Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }

    private const string Replaced = ".replaced";

    private string Name => System.IO.Path.GetFileName(_destination);

    private string DataName => Name + ExternalLayout.Suffix;

    private string Staged(string name) => System.IO.Path.Combine(_folder, name);

    // Somebody else's file of that name is left alone.
    private bool BelongsToOldModel(string data)
    {
        if (!File.Exists(_destination)) return false;
        try
        {
            using var stream = File.OpenRead(_destination);
            var old = ModelProto.Parser.ParseFrom(stream);
            var location = System.IO.Path.GetFileName(data);
            return old.Graph?.Initializer.Any(t => t.ExternalData.Any(e => e.Key == "location" && e.Value == location)) == true;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}
