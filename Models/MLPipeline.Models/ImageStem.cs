namespace MLPipeline.Models;

/// <summary>How a ResNet or a DenseNet begins.</summary>
public enum ImageStem
{
    /// <summary>Convolution 3x3, stride 1, padding 1, and no pooling: for images of about 28x28 to 64x64.</summary>
    Small,

    /// <summary>torchvision's: convolution 7x7, stride 2, padding 3, then max pooling 3x3, stride 2: for images of about 224x224.</summary>
    ImageNet,
}
