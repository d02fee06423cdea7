using System.Reflection;

namespace MLPipeline.Training.Datasets;

/// <summary>The four files of Fashion-MNIST, read and checked one by one; <see cref="ToSplit"/> checks that they belong together.</summary>
internal sealed class FashionMnistContent
{
    public const int Side = 28;
    private const string SampleResources = "FashionMnistSample/";
    private readonly Dictionary<FashionMnistFile, IdxContent> _files;

    private FashionMnistContent(Func<FashionMnistFile, IdxContent> read) => _files = FashionMnistFile.All.ToDictionary(file => file, read);

    /// <summary>Whether every file is, byte for byte, the published one.</summary>
    public bool IsPublished => _files.All(file => file.Value.Sha256() == file.Key.ContentSha256);

    /// <param name="folder">Holds the four files, packed or not.</param>
    /// <param name="calledBy">What messages call the folder.</param>
    public static FashionMnistContent FromFolder(string folder, string calledBy)
    {
        if (!Directory.Exists(folder))
            throw new DatasetException(calledBy, "there is no such folder.");
        var missing = FashionMnistFile.All.Where(file => file.FindIn(folder) is null).Select(file => file.ArchiveName).Order().ToList();
        if (missing.Count > 0)
            throw new DatasetException(calledBy,
                $"of Fashion-MNIST's four files, missing here: {string.Join(", ", missing)}. Packed (.gz) or unpacked, all four must be in this folder.");
        return new FashionMnistContent(file => IdxContent.Read(file.FindIn(folder)!, file.Dimensions));
    }

    public static FashionMnistContent FromSample() => new(file =>
    {
        var name = SampleResources + file.ArchiveName;
        using var resource = Assembly.GetExecutingAssembly().GetManifestResourceStream(name)
            ?? throw new DatasetException(name, "the sample is not in this assembly; build MLPipeline.Training again.");
        return IdxContent.Read(resource, name, file.Dimensions);
    });

    public ImageSplit ToSplit(string origin, bool isSample)
    {
        var train = Part("train", FashionMnistFile.TrainImages, FashionMnistFile.TrainLabels);
        try
        {
            return new ImageSplit(FashionMnist.Name, origin, isSample, train, Part("test", FashionMnistFile.TestImages, FashionMnistFile.TestLabels));
        }
        catch
        {
            train.Dispose();
            throw;
        }
    }

    private ImageDataset Part(string part, FashionMnistFile imagesFile, FashionMnistFile labelsFile)
    {
        var (images, labels) = (_files[imagesFile], _files[labelsFile]);
        for (var dimension = 1; dimension <= 2; dimension++)
            if (images.Size(dimension) != Side)
                throw new DatasetException(images.Source,
                    $"its images are {images.Size(1)} x {images.Size(2)} pixels, but those of Fashion-MNIST are {Side} x {Side}. {IdxContent.GetAgain}",
                    IdxContent.SizeOffset(dimension));
        if (images.Size(0) != labels.Size(0))
            throw new DatasetException(labels.Source,
                $"it holds {labels.Size(0):N0} labels, but {images.Source} holds {images.Size(0):N0} images. Take both from the same place.",
                IdxContent.SizeOffset(0));
        // Labels first: they are what can still be refused.
        var labelTensor = IdxReader.Labels(labels, FashionMnist.ClassNames.Count);
        return new ImageDataset($"{FashionMnist.Name} {part}", IdxReader.Images(images), labelTensor, FashionMnist.ClassNames);
    }
}
