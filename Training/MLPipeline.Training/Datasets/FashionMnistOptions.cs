namespace MLPipeline.Training.Datasets;

/// <summary>Where Fashion-MNIST may come from.</summary>
public sealed record FashionMnistOptions
{
    private static readonly TimeSpan LongestTimeout = TimeSpan.FromHours(1);

    /// <summary>
    /// Hosts of the published files: its authors' repository, its authors' bucket, and the copy that Keras takes. The bucket speaks plain
    /// HTTP only; what arrives is checked by SHA-256, wherever it comes from.
    /// </summary>
    public static IReadOnlyList<Uri> PublishedMirrors { get; } =
    [
        new("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
        new("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
        new("https://storage.googleapis.com/tensorflow/tf-keras-datasets/"),
    ];

    /// <summary>
    /// The folder with the four files, .gz or unpacked. It must be good: nothing else is tried. Default: none, search. A set of the
    /// user's own is welcome, as long as it has the same form.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>Take the embedded sample without looking further. Default: false.</summary>
    public bool UseSample { get; init; }

    /// <summary>Whether to download what is nowhere on this machine. Default: true.</summary>
    public bool AllowDownload { get; init; } = true;

    /// <summary>Where downloads go and are found again. Default: <c>mlpipeline/fashion-mnist</c> in the user's cache folder.</summary>
    public string CacheFolder { get; init; } = Path.Combine(UserCache.Folder(), "mlpipeline", "fashion-mnist");

    /// <summary>Folders where a package manager may have put the files. Default: where Debian's dataset-fashion-mnist does.</summary>
    public IReadOnlyList<string> InstalledFolders { get; init; } = ["/usr/share/datasets/fashion-mnist"];

    /// <summary>Addresses, each ending in a slash, below which the four .gz files lie; tried in this order. Default: <see cref="PublishedMirrors"/>.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = PublishedMirrors;

    /// <summary>Longest wait for a connection, name look-up included; above zero, to an hour. Default: 2 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Longest wait for the next bytes of an answer; above zero, to an hour. Default: 15 seconds.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Sends the requests instead of a handler of our own; it stays the caller's. Default: none.</summary>
    public HttpMessageHandler? HttpHandler { get; init; }

    /// <summary>The variable named <see cref="FashionMnist.FolderVariable"/>. Default: the process's.</summary>
    internal Func<string, string?> EnvironmentVariable { get; init; } = Environment.GetEnvironmentVariable;

    /// <summary>Checks every value against its legal range.</summary>
    /// <exception cref="ArgumentException">A value is outside its range; the message names it.</exception>
    internal FashionMnistOptions Validated()
    {
        if (UseSample && Folder is not null)
            throw new ArgumentException($"Either the folder '{Folder}' or the sample: both are asked for.", nameof(UseSample));
        if (string.IsNullOrWhiteSpace(CacheFolder))
            throw new ArgumentException("The cache folder must have a name.", nameof(CacheFolder));
        foreach (var (name, timeout) in new[] { (nameof(ConnectTimeout), ConnectTimeout), (nameof(StallTimeout), StallTimeout) })
            if (timeout <= TimeSpan.Zero || timeout > LongestTimeout)
                throw new ArgumentOutOfRangeException(name, timeout, $"A timeout is above zero and at most {LongestTimeout}.");
        foreach (var mirror in Mirrors)
            if (!mirror.IsAbsoluteUri || mirror.Scheme is not ("http" or "https") || !mirror.AbsolutePath.EndsWith('/'))
                throw new ArgumentException($"The mirror '{mirror}' must be an http or https address that ends in a slash.", nameof(Mirrors));
        return this;
    }
}
