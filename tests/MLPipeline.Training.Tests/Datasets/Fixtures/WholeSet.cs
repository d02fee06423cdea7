using System.Buffers.Binary;
using System.Text;
using MLPipeline.Training.Datasets;

namespace MLPipeline.Training.Tests.Datasets.Fixtures;

/// <summary>The whole of Fashion-MNIST as Debian's dataset-fashion-mnist installs it; tests that need it say so and skip where it is absent.</summary>
internal static class WholeSet
{
    public const string Folder = "/usr/share/datasets/fashion-mnist";

    public static void Require() => Assert.SkipUnless(
        FashionMnistFile.All.All(file => File.Exists(Path.Combine(Folder, file.ArchiveName))),
        $"Did not run: the whole of Fashion-MNIST is not in {Folder} (Debian: dataset-fashion-mnist).");

    /// <summary>
    /// The .gz as its authors published it, from Debian's. Debian packed the same compressed data anew without name and time; both go back
    /// into the gzip header (RFC 1952: flags at 3, time at 4, the name after byte 10).
    /// </summary>
    internal static byte[] AsPublished(FashionMnistFile file)
    {
        var debian = File.ReadAllBytes(Path.Combine(Folder, file.ArchiveName));
        if (debian[3] == 8)
            return debian; // the published file itself
        var name = Encoding.ASCII.GetBytes(file.Name + '\0');
        byte[] published = [.. debian.AsSpan(0, 10), .. name, .. debian.AsSpan(10)];
        published[3] = 8;
        BinaryPrimitives.WriteUInt32LittleEndian(published.AsSpan(4), file.Name.StartsWith("train", StringComparison.Ordinal) ? 1504176606u : 1504176627u);
        return published;
    }
}
