using static TorchSharp.torch;

namespace MLPipeline.Training.Datasets;

/// <summary>Labelled images, whole in memory as bytes: batches are gathered by index, without decoding anything twice.</summary>
public sealed class ImageDataset : IDisposable
{
    /// <summary>A data set over two tensors, which it owns from now on.</summary>
    /// <param name="name">What messages call it: <c>Fashion-MNIST train</c>.</param>
    /// <param name="images">uint8 [count, channels, height, width], 0 to 255.</param>
    /// <param name="labels">int64 [count], each from 0 to one less than the number of classes.</param>
    /// <param name="classNames">One per class, in the order of the labels.</param>
    /// <exception cref="ArgumentException">A type or shape is another.</exception>
    public ImageDataset(string name, Tensor images, Tensor labels, IReadOnlyList<string> classNames)
    {
        if (images.dtype != ScalarType.Byte || images.dim() != 4)
            throw new ArgumentException($"Images must be uint8 [count, channels, height, width], not {images.dtype} [{string.Join(',', images.shape)}].", nameof(images));
        if (labels.dtype != ScalarType.Int64 || labels.dim() != 1 || labels.shape[0] != images.shape[0])
            throw new ArgumentException($"Labels must be int64 [{images.shape[0]}], not {labels.dtype} [{string.Join(',', labels.shape)}].", nameof(labels));
        Name = name;
        Images = images.DetachFromDisposeScope();
        Labels = labels.DetachFromDisposeScope();
        ClassNames = classNames;
    }

    /// <summary>What messages call it.</summary>
    public string Name { get; }

    /// <summary>uint8 [count, channels, height, width].</summary>
    public Tensor Images { get; }

    /// <summary>int64 [count].</summary>
    public Tensor Labels { get; }

    /// <summary>One per class.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>Number of images.</summary>
    public int Count => (int)Images.shape[0];

    /// <summary>1 for gray, 3 for colour.</summary>
    public int Channels => (int)Images.shape[1];

    /// <summary>Pixels.</summary>
    public int Height => (int)Images.shape[2];

    /// <summary>Pixels.</summary>
    public int Width => (int)Images.shape[3];

    /// <summary>The first images, in memory of their own.</summary>
    /// <param name="count">1 to <see cref="Count"/>; more takes all.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1.</exception>
    public ImageDataset Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var end = Math.Min(count, Count);
        using var scope = NewDisposeScope();
        return new ImageDataset(Name, Images[..end].clone(), Labels[..end].clone(), ClassNames);
    }

    /// <summary>A batch: the images and labels at the given places, in that order, in memory of their own.</summary>
    /// <param name="indices">int64 [batch], each from 0 to <see cref="Count"/> - 1, on the device of <see cref="Images"/>.</param>
    /// <returns>uint8 [batch, channels, height, width] and int64 [batch], on the same device; the caller's to dispose.</returns>
    public (Tensor Images, Tensor Labels) Gather(Tensor indices) =>
        (Images.index_select(0, indices), Labels.index_select(0, indices));

    /// <inheritdoc/>
    public void Dispose()
    {
        Images.Dispose();
        Labels.Dispose();
    }
}
