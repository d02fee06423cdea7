namespace MLPipeline.Training.Datasets;

/// <summary>
/// Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): 60,000 training and 10,000 test images of clothes, 28 x 28 gray, ten classes.
/// </summary>
public static class FashionMnist
{
    /// <summary>The data set's name.</summary>
    public const string Name = "Fashion-MNIST";

    /// <summary>The environment variable that may name the folder.</summary>
    public const string FolderVariable = "MLPIPELINE_DATA";

    /// <summary>The ten classes, in the order of their labels.</summary>
    public static IReadOnlyList<string> ClassNames { get; } =
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"];

    /// <summary>
    /// Finds and reads the data: the folder of the options; that of the environment variable; the user's cache; where a package manager
    /// puts it; a download into the cache; else the embedded sample of 6,000 + 1,000 real images. The first two are the user's word, and
    /// so an error when they are no good; of the others, one that is no good gives a line of progress, and the next is tried.
    /// </summary>
    /// <param name="options">Where to look; none is the defaults.</param>
    /// <param name="progress">Gets a line for people at each step worth knowing.</param>
    /// <param name="cancellationToken">Stops a download; what has arrived is kept, and the next download goes on from there.</param>
    /// <returns>The data; <see cref="ImageSplit.Origin"/> says where they come from. The caller disposes it.</returns>
    /// <exception cref="ArgumentException">An option is outside its range.</exception>
    /// <exception cref="DatasetException">The folder that the user named is no good; the message says where and what to do.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static async Task<ImageSplit> LoadAsync(
        FashionMnistOptions? options = null, IProgress<string>? progress = null, CancellationToken cancellationToken = default)
    {
        var from = (options ?? new FashionMnistOptions()).Validated();
        cancellationToken.ThrowIfCancellationRequested();
        if (from.UseSample)
            return Sample();
        if (from.Folder is { } folder)
            return Named(folder, folder);
        if (from.EnvironmentVariable(FolderVariable) is { Length: > 0 } variable)
            return Named(variable, $"{FolderVariable}={variable}");
        foreach (var place in from.InstalledFolders.Prepend(from.CacheFolder))
            if (Published(place, progress) is { } found)
                return found;
        if (from.AllowDownload && await FashionMnistDownload.RunAsync(from, progress, cancellationToken).ConfigureAwait(false)
            && Published(from.CacheFolder, progress) is { } downloaded)
            return downloaded;
        progress?.Report($"{Name} is not at hand: taking the embedded sample, 6,000 + 1,000 of its 60,000 + 10,000 images. "
            + $"For the whole, name a folder that holds its four files, or set {FolderVariable} to it.");
        return Sample();
    }

    private static ImageSplit Sample() =>
        FashionMnistContent.FromSample().ToSplit("the embedded sample, a tenth of the real images", isSample: true);

    private static ImageSplit Named(string folder, string calledBy)
    {
        var content = FashionMnistContent.FromFolder(folder, calledBy);
        return content.ToSplit(content.IsPublished ? calledBy : $"{calledBy} (not the published images)", isSample: false);
    }

    private static ImageSplit? Published(string folder, IProgress<string>? progress)
    {
        // Silent where nothing is to be expected, and where a download was cut short: it will go on.
        if (FashionMnistFile.All.Any(file => file.FindIn(folder) is null))
            return null;
        try
        {
            var content = FashionMnistContent.FromFolder(folder, folder);
            if (content.IsPublished)
                return content.ToSplit(folder, isSample: false);
            progress?.Report(
                $"{folder}: passed over, its files are not the published ones (SHA-256). To use them all the same, name the folder.");
        }
        catch (IOException e)
        {
            progress?.Report($"{e.Message} Passed over.");
        }
        return null;
    }
}
