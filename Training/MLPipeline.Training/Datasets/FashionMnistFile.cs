namespace MLPipeline.Training.Datasets;

/// <summary>
/// One of the four published files. Two hashes, for two questions. <paramref name="ArchiveSha256"/> is that of the .gz as its authors
/// published it in 2017: what a download must be. <paramref name="ContentSha256"/> is that of the uncompressed content: distributions
/// pack it again (Debian's .gz differs from the published one in name and time within the gzip header only), and people unpack it.
/// </summary>
internal sealed record FashionMnistFile(string Name, int Dimensions, long ArchiveLength, string ArchiveSha256, string ContentSha256)
{
    public static FashionMnistFile TrainImages { get; } = new("train-images-idx3-ubyte", 3, 26_421_880,
        "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888");

    public static FashionMnistFile TrainLabels { get; } = new("train-labels-idx1-ubyte", 1, 29_515,
        "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9");

    public static FashionMnistFile TestImages { get; } = new("t10k-images-idx3-ubyte", 3, 4_422_102,
        "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b");

    public static FashionMnistFile TestLabels { get; } = new("t10k-labels-idx1-ubyte", 1, 5_148,
        "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34");

    /// <summary>Small ones first: a mirror that is no good shows it before the large download.</summary>
    public static IReadOnlyList<FashionMnistFile> All { get; } = [TestLabels, TrainLabels, TestImages, TrainImages];

    public string ArchiveName => Name + ".gz";

    /// <summary>The file in a folder, packed or unpacked; nothing when it is in neither form.</summary>
    public string? FindIn(string folder) =>
        new[] { Path.Combine(folder, ArchiveName), Path.Combine(folder, Name) }.FirstOrDefault(File.Exists);
}
